import { basePath } from '~/lib/base';
import { stringifyQuery } from '~/lib/search';

/** To the page to sign in on, with nothing kept of what was read; `back`: signing in leads back here. */
export function leave(back: boolean) {
  const { pathname, search, hash } = window.location;
  const next = back ? `/${pathname.slice(basePath.length)}${search}${hash}` : undefined;
  window.location.assign(`${basePath}login${stringifyQuery({ next })}`);
}
