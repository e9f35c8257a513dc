import type { Import } from '~/api/client';
import { ApiError } from '~/api/problem';
import { type ImportOptions, uploadFile } from '~/api/upload';
import { createStore } from '~/lib/store';

/** A file that is on its way to the server, waits for that, or did not arrive. */
export interface Upload {
  key: number;
  name: string;
  bytes: number;
  /** From 0 to 1; null while it waits for those before it. */
  sent: number | null;
  error: unknown;
  abort: AbortController;
}

const BYTES_MAX = 512 * 1024 * 1024;
let keys = 0;
let last: Promise<void> = Promise.resolve();

/** Outside of React: an upload goes on while its person looks at another page. */
export const uploads = createStore<Upload[]>([]);

const change = (key: number, next: Partial<Upload>) =>
  uploads.set(uploads.get().map((one) => (one.key === key ? { ...one, ...next } : one)));

const drop = (key: number) => uploads.set(uploads.get().filter((one) => one.key !== key));

/** Sends files one after the other; `onArrived` hears of each that has become an import. */
export function addUploads(files: File[], options: ImportOptions, onArrived: (file: Import) => void) {
  for (const file of files) {
    keys += 1;
    const upload = { key: keys, name: file.name, bytes: file.size, sent: null, abort: new AbortController() };
    const error = file.size > BYTES_MAX ? tooLarge() : undefined;
    uploads.set([...uploads.get(), { ...upload, error }]);
    if (!error) last = last.then(() => send(upload.key, file, options, upload.abort.signal, onArrived));
  }
}

/** Stops it where it still goes on, and takes it off the list. */
export function dropUpload({ key, abort }: Upload) {
  abort.abort();
  drop(key);
}

const tooLarge = () =>
  new ApiError(
    413,
    'The file is too large',
    'Up to 512 MiB can be uploaded; larger ones are imported beside the server: tlab import PATH…',
  );

async function send(
  key: number,
  file: File,
  options: ImportOptions,
  signal: AbortSignal,
  onArrived: (file: Import) => void,
) {
  if (signal.aborted) return;
  try {
    change(key, { sent: 0 });
    const arrived = await uploadFile(file, options, (sent) => change(key, { sent }), signal);
    drop(key);
    onArrived(arrived);
  } catch (error) {
    if (!signal.aborted) change(key, { error });
  }
}
