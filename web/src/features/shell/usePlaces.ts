import { useRouter } from '@tanstack/react-router';
import { type RefObject, useEffect } from 'react';

/** A new page begins at its top; back and forward come to where it was left. */
export function usePlaces(main: RefObject<HTMLElement | null>) {
  const router = useRouter();
  useEffect(() => {
    const places = new Map<string | undefined, number>();
    const keep = router.subscribe('onBeforeLoad', ({ fromLocation }) => {
      if (fromLocation) places.set(fromLocation.state.__TSR_key, main.current?.scrollTop ?? 0);
    });
    const place = router.subscribe('onRendered', ({ pathChanged, toLocation }) => {
      if (pathChanged) main.current?.scrollTo(0, places.get(toLocation.state.__TSR_key) ?? 0);
    });
    return () => {
      keep();
      place();
    };
  }, [router, main]);
}
