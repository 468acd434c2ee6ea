/**
 * One RTCPeerConnection to the server: one audio line, an offer at once and one
 * answer. It knows no call and never comes again: line.ts makes a new one.
 */

export interface PeerEars {
  connected(): void;
  lost(): void;
  sound(stream: MediaStream): void;
}

/** What line.ts needs of a connection; a test gives one by script. */
export interface Peer {
  offer(): Promise<string>;
  answer(sdp: string): Promise<void>;
  /** What is sent from now on, null for nothing. No new offer is needed. */
  send(track: MediaStreamTrack | null): Promise<void>;
  /** Sends a digit by RFC 4733; false: the other side takes none. */
  press(digit: string): boolean;
  /** How many packets have come in. */
  received(): Promise<number>;
  close(): void;
}

export type MakePeer = (track: MediaStreamTrack | null, ears: PeerEars) => Peer;

/** RTC needs no servers of its own here: ours tells its addresses in the answer (ICE-lite, RFC 8445 section 2.5). */
export const browserPeer: MakePeer = (track, ears) => new BrowserPeer(track, ears);

class BrowserPeer implements Peer {
  private readonly connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  private readonly line: RTCRtpTransceiver;

  constructor(track: MediaStreamTrack | null, ears: PeerEars) {
    this.line = this.connection.addTransceiver(track ?? "audio", { direction: "sendrecv" });
    preferTelephony(this.line);
    this.connection.ontrack = (e) => ears.sound(new MediaStream([e.track]));
    this.connection.onconnectionstatechange = () => {
      const state = this.connection.connectionState;
      if (state === "connected") ears.connected();
      if (state === "disconnected" || state === "failed") ears.lost();
    };
  }

  /** The offer goes out before a candidate is known: the server learns the page's address from its checks (RFC 8445 section 7.3.1.3). */
  async offer(): Promise<string> {
    await this.connection.setLocalDescription(await this.connection.createOffer());
    return this.connection.localDescription?.sdp ?? "";
  }

  async answer(sdp: string): Promise<void> {
    await this.connection.setRemoteDescription({ type: "answer", sdp });
  }

  async send(track: MediaStreamTrack | null): Promise<void> {
    await this.line.sender.replaceTrack(track);
  }

  press(digit: string): boolean {
    const dtmf = this.line.sender.dtmf;
    if (!dtmf?.canInsertDTMF) return false;
    dtmf.insertDTMF(dtmf.toneBuffer + digit, 160, 70);
    return true;
  }

  async received(): Promise<number> {
    let packets = 0;
    for (const s of (await this.connection.getStats()).values()) {
      if (s.type === "inbound-rtp") packets += (s as RTCInboundRtpStreamStats).packetsReceived ?? 0;
    }
    return packets;
  }

  close(): void {
    this.connection.ontrack = this.connection.onconnectionstatechange = null;
    this.connection.close();
  }
}

/** Offers only what telephones speak: nothing is transcoded, and packets go on in silence. */
function preferTelephony(line: RTCRtpTransceiver): void {
  const known = RTCRtpReceiver.getCapabilities?.("audio")?.codecs ?? [];
  const wanted = known.filter(
    (c) => /^audio\/(pcmu|pcma)$/i.test(c.mimeType) || (/telephone-event/i.test(c.mimeType) && c.clockRate === 8000),
  );
  if (wanted.some((c) => /pcm/i.test(c.mimeType))) line.setCodecPreferences?.(wanted);
}
