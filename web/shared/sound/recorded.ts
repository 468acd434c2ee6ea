import type { Voice } from "./microphone";
import { audio } from "./output";

/** A recorded voice in place of a microphone: the demo has some, for machines without one. */
export async function recordedVoice(url: string): Promise<Voice> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const c = audio();
  const buffer = await c.decodeAudioData(await answer.arrayBuffer());
  const source = new AudioBufferSourceNode(c, { buffer, loop: true });
  const out = c.createMediaStreamDestination();
  source.connect(out);
  source.start();
  const track = out.stream.getAudioTracks()[0];
  if (!track) throw new Error("the browser made a stream without a track");
  return {
    kind: "recorded",
    track,
    close: () => {
      source.stop();
      source.disconnect();
      track.stop();
    },
  };
}
