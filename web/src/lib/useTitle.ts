import { useEffect } from 'react';

/** What the browser's tab and history say. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Trading Lab`;
  }, [title]);
}
