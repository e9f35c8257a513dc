import { apiBase } from '~/lib/base';
import type { Import } from './client';
import { askFor, needOf } from './needs';
import { describeError, toApiError } from './problem';

export interface ImportOptions {
  symbol?: string;
  interval?: string;
  skip_bad?: boolean;
}

const TYPES: [ending: string, type: string][] = [
  ['.zip', 'application/zip'],
  ['.gz', 'application/gzip'],
  ['.parquet', 'application/vnd.apache.parquet'],
  ['.csv', 'text/csv'],
];

const typeOf = (name: string) =>
  TYPES.find(([ending]) => name.toLowerCase().endsWith(ending))?.[1] ?? 'application/octet-stream';

/**
 * Sends a file of candles; resolves to its import, which then goes on by itself. `onSent` hears how much is on
 * its way, from 0 to 1: only XMLHttpRequest tells that of a request body. Where the session has ended meanwhile
 * the person is asked to sign in, and the file is sent once more.
 */
export async function uploadFile(
  file: File,
  options: ImportOptions,
  onSent: (part: number) => void,
  signal: AbortSignal,
): Promise<Import> {
  try {
    return await sendFile(file, options, onSent, signal);
  } catch (error) {
    const { status, code } = describeError(error);
    const need = needOf(status, code);
    if (need === undefined || !(await askFor(need))) throw error;
    return sendFile(file, options, onSent, signal);
  }
}

function sendFile(file: File, options: ImportOptions, onSent: (part: number) => void, signal: AbortSignal) {
  const query = new URLSearchParams({ filename: file.name });
  for (const [name, value] of Object.entries(options)) if (value) query.set(name, String(value));

  return new Promise<Import>((done, fail) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${apiBase}/api/v1/market/imports?${query}`);
    request.setRequestHeader('Content-Type', typeOf(file.name));
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onSent(total > 0 ? loaded / total : 0),
    );
    request.addEventListener('load', () => {
      const body = readJson(request.responseText);
      if (request.status === 202) done(body as Import);
      else fail(toApiError(request.status, body, request.getResponseHeader('x-request-id') ?? ''));
    });
    request.addEventListener('error', () => fail(new TypeError('network')));
    request.addEventListener('abort', () => fail(signal.reason));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
