import type { ReactNode } from 'react';
import { describeError } from '~/api/problem';
import { onDropped } from './search';
import { createStore } from './store';

export interface Toast {
  /** A toast takes the place of the one that has its id. */
  id: string;
  kind: 'good' | 'bad' | 'careful';
  title?: string;
  message: ReactNode;
  /** Leaves by itself after that long; without it, when somebody closes it. */
  leaves_ms?: number;
  onClose?: () => void;
}

/** The toasts there are, oldest first; `components/Toasts` shows them. */
export const toasts = createStore<readonly Toast[]>([]);

let made = 0;

export function showToast(toast: Toast) {
  const isThere = toasts.get().some(({ id }) => id === toast.id);
  toasts.set(
    isThere ? toasts.get().map((old) => (old.id === toast.id ? toast : old)) : [...toasts.get(), toast],
  );
}

export function closeToast(toast: Toast) {
  toasts.set(toasts.get().filter(({ id }) => id !== toast.id));
  toast.onClose?.();
}

/** Results of the person's own actions, bottom right. Good news leaves by itself, errors stay until closed. */
export function toastDone(message: string) {
  showToast({ id: `done ${++made}`, kind: 'good', message, leaves_ms: 5000 });
}

export function toastError(what: string, error: unknown) {
  const problem = describeError(error);
  showToast({ id: `error ${what}`, kind: 'bad', title: what, message: problem.detail || problem.title });
}

/** Says once which address-bar values were left out. */
export function toastDroppedParams() {
  return onDropped(({ name, value }) => {
    // A validator runs while React renders: the toast has to wait for that to be over.
    queueMicrotask(() =>
      showToast({
        id: `dropped ${name}`,
        kind: 'careful',
        title: 'Part of the address was left out',
        message: `“${name}=${value.slice(0, 60)}” is not something this page understands.`,
        leaves_ms: 8000,
      }),
    );
  });
}
