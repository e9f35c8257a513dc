import type { Job } from '~/api/client';
import type { EventParts } from '~/api/events';
import { fakeLocks } from './locks';

/** An EventSource that the test drives. */
export class FakeSource extends EventTarget {
  readyState = 0;

  constructor(readonly url: string) {
    super();
  }

  open() {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  /** The connection broke; `final` is what an answer other than 200 does. */
  fail(final = false) {
    this.readyState = final ? 2 : 0;
    this.dispatchEvent(new Event('error'));
  }

  send(type: string, data: unknown, id = '') {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data), lastEventId: id }));
  }

  close() {
    this.readyState = 2;
  }
}

/** One browser: its locks, its channels, and every stream its tabs have opened. */
export function fakeBrowser() {
  const sources: FakeSource[] = [];
  const listeners = new Map<string, Set<{ take: (data: unknown) => void }>>();

  const channel = (name: string) => {
    const members = listeners.get(name) ?? new Set();
    listeners.set(name, members);
    const target = new EventTarget();
    const me = { take: (data: unknown) => target.dispatchEvent(new MessageEvent('message', { data })) };
    members.add(me);
    return Object.assign(target, {
      postMessage: (data: unknown) => {
        const copy = structuredClone(data);
        for (const member of members) if (member !== me) member.take(copy);
      },
      close: () => members.delete(me),
    }) as unknown as BroadcastChannel;
  };

  const parts: EventParts = {
    source: (url) => {
      const made = new FakeSource(url);
      sources.push(made);
      return made as unknown as EventSource;
    },
    locks: fakeLocks(),
    channel,
    now: () => Date.now(),
  };
  const open = () => sources.filter(({ readyState }) => readyState !== 2);
  return { parts, sources, open };
}

/** A job with what a test cares about; `id` is its last letters. */
export function job(id: string, changes: Partial<Job> = {}): Job {
  return {
    id: `0198f5a2-6c1e-7d3a-9b57-${id.padStart(12, '0')}`,
    workspace_id: 'local-workspace',
    backtest_id: `0198f5a2-6c1e-7d3a-8b57-${id.padStart(12, '0')}`,
    kind: 'backtest',
    status: 'queued',
    title: 'ma_cross BTCUSDT 1d',
    priority: 0,
    attempts: 0,
    max_attempts: 3,
    progress: null,
    progress_text: null,
    queue_position: null,
    cancel_requested: false,
    error: null,
    worker: null,
    created_by: 'local-user',
    created_at: '2026-01-01T00:00:00.000000Z',
    run_at: null,
    started_at: null,
    finished_at: null,
    result: null,
    ...changes,
  };
}
