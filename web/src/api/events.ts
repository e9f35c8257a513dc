import { apiBase } from '~/lib/base';
import { runForLeader } from '~/lib/leader';
import type { CandlesEvent } from './client';
import { keepSource, type MakeSource, type StreamEvent } from './eventSource';

export type { StreamEvent } from './eventSource';

export interface Connection {
  open: boolean;
  /** When it came to be so, in milliseconds since 1970. */
  since: number;
}

/**
 * Why what was read so far may be out of date: `start`, the stream begins now and the first reads came before
 * it; `lost`, it was away and what happened meanwhile is not known.
 */
export type Gap = 'start' | 'lost';

export interface EventHandlers {
  onEvent: (event: StreamEvent) => void;
  onGap: (gap: Gap) => void;
  onConnection: (connection: Connection) => void;
  onRefused?: () => Promise<unknown>;
}

/** What a browser offers for this. Without locks or channel every tab has a stream of its own. */
export interface EventParts {
  source: MakeSource;
  locks?: LockManager;
  channel?: (name: string) => BroadcastChannel;
  now: () => number;
}

type Message =
  | { kind: 'hello' }
  | { kind: 'state'; connection: Connection; lastId: string; candles: CandlesEvent | undefined }
  | { kind: 'event'; event: StreamEvent }
  | { kind: 'gap' };

function browserParts(): EventParts {
  const shared = 'locks' in navigator && 'BroadcastChannel' in globalThis;
  return {
    source: (url) => new EventSource(url),
    locks: shared ? navigator.locks : undefined,
    channel: shared ? (name) => new BroadcastChannel(name) : undefined,
    now: Date.now,
  };
}

/**
 * What happens in a workspace, as it happens. All tabs of the browser share one stream: the leader among them
 * holds it and tells the others. When it goes, the next one goes on after the last event it has heard of.
 */
export function openEvents(ws: string, handlers: EventHandlers, parts = browserParts()): () => void {
  const url = `${apiBase}/api/v1/workspaces/${encodeURIComponent(ws)}/events`;
  const channel = parts.channel?.(`tlab ${url}`);
  let connection: Connection = { open: false, since: parts.now() };
  let lastId = '';
  let candles: CandlesEvent | undefined;
  let wasOpen = false;
  let leading = false;

  const tell = (message: Message) => channel?.postMessage(message);
  const tellState = () => tell({ kind: 'state', connection, lastId, candles });

  const takeConnection = (next: Connection) => {
    if (next.open === connection.open && next.since === connection.since) return;
    connection = next;
    handlers.onConnection(next);
  };
  const setOpen = (open: boolean, before_ms = 0) => {
    if (open !== connection.open) takeConnection({ open, since: parts.now() - before_ms });
    tellState();
  };
  const takeEvent = (event: StreamEvent) => {
    lastId = event.id || lastId;
    if (event.type === 'candles') candles = event.data;
    handlers.onEvent(event);
  };
  const takeGap = () => {
    handlers.onGap(wasOpen ? 'lost' : 'start');
    wasOpen = true;
  };

  const lead = () => {
    leading = true;
    setOpen(false);
    const close = keepSource(
      () => (lastId ? `${url}?last_event_id=${encodeURIComponent(lastId)}` : url),
      {
        onOpen: () => {
          if (lastId === '') {
            tell({ kind: 'gap' });
            takeGap();
          }
          wasOpen = true;
          setOpen(true);
        },
        onDown: (silent_ms) => setOpen(false, silent_ms),
        onRefused: handlers.onRefused,
        onEvent: (event) => {
          tell({ kind: 'event', event });
          takeEvent(event);
        },
      },
      parts.source,
    );
    return () => {
      leading = false;
      close();
    };
  };

  const onMessage = ({ data: message }: MessageEvent<Message>) => {
    if (message.kind === 'hello') {
      if (leading) tellState();
    } else if (message.kind === 'gap') takeGap();
    else if (message.kind === 'event') takeEvent(message.event);
    else {
      lastId = message.lastId || lastId;
      wasOpen ||= message.connection.open;
      takeConnection(message.connection);
      if (message.candles && candles === undefined)
        takeEvent({ type: 'candles', data: message.candles, id: '' });
    }
  };

  channel?.addEventListener('message', onMessage);
  tell({ kind: 'hello' });
  const leave = runForLeader(`tlab ${url}`, lead, parts.locks);
  return () => {
    leave();
    channel?.close();
  };
}
