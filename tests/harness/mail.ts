// A mail server that takes whatever it is given, and keeps it.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

const end = '\r\n.\r\n';

export class MailServer {
  /** Whole messages, headers and all, in the order in which they came. */
  readonly messages: string[] = [];
  readonly #server = createServer((socket) => this.#talk(socket));

  static async start(): Promise<MailServer> {
    const mail = new MailServer();
    mail.#server.listen(0, '127.0.0.1');
    await once(mail.#server, 'listening');
    return mail;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
  }

  #talk(socket: Socket): void {
    let text = '';
    let isMessage = false;
    socket.setEncoding('utf8').on('error', () => socket.destroy());
    socket.on('data', (piece: string) => {
      text += piece;
      for (;;) {
        const stop = isMessage ? end : '\r\n';
        const at = text.indexOf(stop);
        if (at < 0) return;
        const said = text.slice(0, at);
        text = text.slice(at + stop.length);
        if (isMessage) this.messages.push(said);
        isMessage = !isMessage && said === 'DATA';
        socket.write(isMessage ? '354 go on\r\n' : said === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
      }
    });
    socket.write('220 tests\r\n');
  }
}
