import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeError } from '~/api/problem';
import { settle } from '~/test/locks';
import { addUploads, dropUpload, uploads } from './uploads';

/** A request that the test answers. */
class FakeRequest extends EventTarget {
  static all: FakeRequest[] = [];
  readonly upload = new EventTarget();
  readonly headers: Record<string, string> = {};
  url = '';
  status = 0;
  responseText = '';
  aborted = false;

  open(_: string, url: string) {
    this.url = url;
    FakeRequest.all.push(this);
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  getResponseHeader = () => 'r-1';
  send() {}
  abort() {
    this.aborted = true;
    this.dispatchEvent(new Event('abort'));
  }
  progress(loaded: number, total: number) {
    this.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded, total }));
  }
  answer(status: number, body: unknown) {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.dispatchEvent(new Event('load'));
  }
}

const file = (name: string, size = 10) => ({ name, size }) as File;
const requests = () => FakeRequest.all;

beforeEach(() => {
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
});
afterEach(async () => {
  for (const upload of uploads.get()) dropUpload(upload);
  await settle();
  FakeRequest.all = [];
  vi.unstubAllGlobals();
});

describe('uploads', () => {
  it('go one after the other, each with its name, its type and what was chosen', async () => {
    const arrived = vi.fn();
    addUploads([file('A-1d.zip'), file('b & c.csv.gz')], { symbol: 'AB', skip_bad: true }, arrived);
    await settle();
    expect(requests()).toHaveLength(1);
    expect(requests()[0]?.url).toMatch(/\/market\/imports\?filename=A-1d\.zip&symbol=AB&skip_bad=true$/);
    requests()[0]?.progress(4, 10);
    expect(uploads.get().map(({ sent }) => sent)).toEqual([0.4, null]);
    requests()[0]?.answer(202, { id: 'one' });
    await settle();
    expect(arrived).toHaveBeenCalledWith({ id: 'one' });
    expect(requests()[1]?.url).toMatch(/filename=b\+%26\+c\.csv\.gz/);
    expect(requests()[1]?.headers['Content-Type']).toBe('application/gzip');
    expect(uploads.get().map(({ name }) => name)).toEqual(['b & c.csv.gz']);
  });

  it('keep the words of a refusal, and go on with the next', async () => {
    addUploads([file('a.txt'), file('b.csv')], {}, vi.fn());
    await settle();
    requests()[0]?.answer(415, { title: 'Unsupported', detail: 'a.txt is no CSV', code: 'x' });
    await settle();
    expect(describeError(uploads.get()[0]?.error).detail).toBe('a.txt is no CSV');
    requests()[1]?.dispatchEvent(new Event('error'));
    await settle();
    expect(describeError(uploads.get()[1]?.error).title).toBe('The server cannot be reached');
  });

  it('stop when they are taken off the list, waiting or on their way', async () => {
    addUploads([file('a.csv'), file('b.csv'), file('c.csv')], {}, vi.fn());
    await settle();
    for (const upload of uploads.get().slice(0, 2)) dropUpload(upload);
    await settle();
    expect(requests()[0]?.aborted).toBe(true);
    expect(requests().map(({ url }) => url.slice(-5))).toEqual(['a.csv', 'c.csv']);
    expect(uploads.get().map(({ name, error }) => [name, error])).toEqual([['c.csv', undefined]]);
  });

  it('do not begin with what is too large to be taken', async () => {
    addUploads([file('huge.zip', 600 * 1024 * 1024)], {}, vi.fn());
    await settle();
    expect(requests()).toHaveLength(0);
    expect(describeError(uploads.get()[0]?.error).status).toBe(413);
  });
});
