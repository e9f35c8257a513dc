import { basePath } from '~/lib/base';
import { nextOf } from '~/lib/next';
import { stringifyQuery } from '~/lib/search';

/** To the page to sign in on, with nothing kept of what was read; `back`: signing in leads back here. */
export function leave(back: boolean) {
  const next = back ? nextOf(window.location) : undefined;
  window.location.assign(`${basePath}login${stringifyQuery({ next })}`);
}
