import { audio } from "../../shared/sound/output";

/**
 * One file with several channels, played by one media element: the browser
 * fetches it in pieces as it plays, so an hour costs no more memory than a
 * minute, and all voices share one clock. Each channel passes a gain of its own.
 */
export class Sound {
  readonly element = new Audio();
  private readonly source: MediaElementAudioSourceNode;
  private readonly gains: readonly GainNode[];

  constructor(url: string, gains: readonly number[]) {
    const c = audio();
    this.element.src = url;
    this.source = c.createMediaElementSource(this.element);
    const splitter = new ChannelSplitterNode(c, { numberOfOutputs: gains.length });
    this.source.connect(splitter);
    this.gains = gains.map((gain, channel) => {
      const node = new GainNode(c, { gain });
      splitter.connect(node, channel);
      node.connect(c.destination);
      return node;
    });
  }

  /** Lets channels through or not, in some 10 ms: nothing clicks. */
  hear(gains: readonly number[]): void {
    const now = audio().currentTime;
    this.gains.forEach((node, i) => {
      node.gain.setTargetAtTime(gains[i] ?? 0, now, 0.003);
    });
  }

  close(): void {
    this.element.pause();
    this.element.removeAttribute("src");
    this.element.load(); // or the browser goes on fetching
    this.source.disconnect();
    for (const node of this.gains) node.disconnect();
  }
}
