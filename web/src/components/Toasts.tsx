import { useEffect, useState } from 'react';
import { useStore } from '~/lib/store';
import { closeToast, type Toast, toasts } from '~/lib/toast';
import { Icon } from './Icon';
import classes from './Toasts.module.css';

// More of them wait until one of these has left.
const SHOWN = 4;

/** The place of all toasts: bottom right, read out when there is time for it. */
export function Toasts() {
  const all = useStore(toasts);
  return (
    <section aria-label="Notifications" aria-live="polite" className={classes.toasts}>
      {all.slice(0, SHOWN).map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

/** Does not leave while somebody points at it or is in it. */
function OneToast({ toast }: { toast: Toast }) {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld || toast.leaves_ms === undefined) return;
    const timer = setTimeout(() => closeToast(toast), toast.leaves_ms);
    return () => clearTimeout(timer);
  }, [isHeld, toast]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing holds it, which is no action
    <div
      className={classes.toast}
      data-kind={toast.kind}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div>
        {toast.title !== undefined && <b>{toast.title}</b>}
        <div>{toast.message}</div>
      </div>
      <button type="button" className="ui-icon" aria-label="Close" onClick={() => closeToast(toast)}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}
