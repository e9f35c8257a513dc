// An archive over a bare socket, for answers that no HTTP library would give.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export interface OddRequest {
  path: string;
  /** Of this path, from 1. */
  count: number;
  range?: string;
}

/** What stands on the wire; the connection ends behind it. 'hold': it stays open, and nothing more comes. */
export type OddAnswer = Buffer | { bytes: Buffer; then: 'hold' | 'reset' };

/** A header that is '' is left out. */
export const answerOf = (body: Buffer | string, status = 200, headers: Record<string, string> = {}): Buffer => {
  const bytes = Buffer.from(body);
  const lines = Object.entries({ 'Content-Length': String(bytes.length), Connection: 'close', ...headers });
  const given = lines.filter(([, value]) => value !== '');
  const head = given.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Said\r\n${head}\r\n`), bytes]);
};

export class OddArchive {
  /** The paths that were asked for, in order. */
  readonly seen: string[] = [];
  answer: (request: OddRequest) => OddAnswer = () => answerOf('', 404);
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((socket) => this.serve(socket));

  static async start(host = '127.0.0.1'): Promise<OddArchive> {
    const archive = new OddArchive();
    await new Promise<void>((resolve, reject) => {
      archive.server.once('error', reject);
      archive.server.listen(0, host, resolve);
    });
    return archive;
  }

  get url(): string {
    const { address, port, family } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  get env(): Record<string, string> {
    return { BINANCE_DATA_URL: this.url, BINANCE_API_URL: this.url };
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    let text = '';
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (text.endsWith('\r\n\r\n')) this.reply(socket, text);
    });
  }

  private reply(socket: Socket, head: string): void {
    const path = decodeURIComponent(head.split(' ')[1] as string);
    const range = /^range: (.*)$/im.exec(head)?.[1]?.trim();
    this.seen.push(path);
    const count = this.seen.filter((one) => one === path).length;
    const answer = this.answer({ path, count, ...(range ? { range } : {}) });
    if (Buffer.isBuffer(answer)) socket.end(answer);
    else socket.write(answer.bytes, () => answer.then === 'reset' && socket.resetAndDestroy());
  }
}
