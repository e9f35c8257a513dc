// Bytes on a socket, for what no HTTP client would send.

import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { makeReply, type Reply } from './http.ts';

/** Sends bytes and collects what comes back until the server closes, or nothing more comes for `quietMs`. */
export function exchange(
  port: number,
  bytes: string | Buffer,
  quietMs = 1500,
): Promise<{ text: Buffer; closed: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port });
    const done = (closed: boolean) => {
      socket.destroy();
      resolve({ text: Buffer.concat(chunks), closed });
    };
    socket.setTimeout(quietMs, () => done(false));
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => done(true));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? done(true) : reject(error),
    );
  });
}

/** The replies in a stream of bytes, one after another (Content-Length only: what the server sends for errors). */
export function parseReplies(stream: Buffer, method: string, path: string): Reply[] {
  const replies: Reply[] = [];
  let at = 0;
  while (at < stream.length) {
    const end = stream.indexOf('\r\n\r\n', at);
    if (end < 0) throw new Error(`half a head: ${stream.subarray(at).toString('latin1')}`);
    const [statusLine, ...lines] = stream.subarray(at, end).toString('latin1').split('\r\n');
    const headers: IncomingHttpHeaders = {};
    for (const line of lines)
      headers[line.slice(0, line.indexOf(':')).toLowerCase()] = line.slice(line.indexOf(':') + 1).trim();
    const length = Number(headers['content-length'] ?? 0);
    const status = Number(statusLine?.split(' ')[1]);
    const body = stream.subarray(end + 4, end + 4 + length);
    if (status >= 200) replies.push(makeReply(method, path, status, headers, body));
    at = end + 4 + (status >= 200 ? length : 0);
  }
  return replies;
}
