// Requests with as little around them as there can be, for what is measured: one connection, one request after another.
import { Agent, request } from 'node:http';

export interface BareReply {
  status: number;
  text: string;
  ms: number; // from the first byte that was sent to the last that came
}

export class Connection {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(readonly origin: string) {}

  close(): void {
    this.#agent.destroy();
  }

  send(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<BareReply> {
    return new Promise((resolve, reject) => {
      const began = performance.now();
      const all = { ...headers, ...(body && { 'content-type': 'application/json', 'content-length': String(body.length) }) };
      const outgoing = request(this.origin + path, { method, headers: all, agent: this.#agent }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, text, ms: performance.now() - began }),
        );
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
