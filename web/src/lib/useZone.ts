import { useNavigate, useSearch } from '@tanstack/react-router';
import { setPreferences, usePreferences } from './preferences';
import type { Zone } from './time';

/** The zone times are shown in: the link's (`?tz=local`) where it has one, else this person's choice. */
export function useZone(): [Zone, (zone: Zone) => void] {
  const search = useSearch({ strict: false });
  const preferred = usePreferences().zone;
  const navigate = useNavigate();
  const choose = (zone: Zone) => {
    setPreferences({ zone });
    if (search.tz) void navigate({ to: '.', search: (old) => ({ ...old, tz: undefined }), replace: true });
  };
  return [search.tz ?? preferred, choose];
}
