import type { NotificationData } from '@mantine/notifications';
import { describeError } from '~/api/problem';
import { onDropped } from './search';
import { createStore } from './store';

/** Whether there was a toast: then the place where they are shown is needed. */
export const toasted = createStore(false);

// Fetched with the first toast: the page to sign in on has none.
function show(toast: NotificationData) {
  toasted.set(true);
  void import('@mantine/notifications').then(({ notifications }) => notifications.show(toast));
}

/** Results of the person's own actions, bottom right. Good news leaves by itself, errors stay until closed. */
export function toastDone(message: string) {
  show({ message, color: 'teal', autoClose: 5000 });
}

export function toastError(what: string, error: unknown) {
  const problem = describeError(error);
  show({
    title: what,
    message: problem.detail || problem.title,
    color: 'red',
    autoClose: false,
    id: `error ${what}`,
  });
}

/** Says once which address-bar values were left out. */
export function toastDroppedParams() {
  return onDropped(({ name, value }) => {
    // A validator runs while React renders: the toast has to wait for that to be over.
    queueMicrotask(() =>
      show({
        id: `dropped ${name}`,
        title: 'Part of the address was left out',
        message: `“${name}=${value.slice(0, 60)}” is not something this page understands.`,
        color: 'yellow',
        autoClose: 8000,
      }),
    );
  });
}
