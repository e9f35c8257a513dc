import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import type { Session } from './api/client';
import { describeError } from './api/problem';
import { fetchSession } from './api/session';
import { PanelBoundary } from './components/PanelBoundary';
import { SkeletonBlock } from './components/States';
import { LoginPage } from './features/account/LoginPage';
import { basePath } from './lib/base';
import { nextOf, safeNext } from './lib/next';
import { parseQuery, stringifyQuery } from './lib/search';
import { tellTabs } from './lib/tabs';

const loadApp = () => import('./app');
const App = lazy(loadApp);

/** The path within the application. */
const pathHere = () => `/${window.location.pathname.slice(basePath.length)}`;

const isLogin = () => pathHere() === '/login';

/** Shows another address without loading the page anew. */
const goTo = (path: string) => window.history.replaceState(null, '', basePath + path.slice(1));

const nextHere = () => safeNext(parseQuery(window.location.search).next ?? '') ?? '/';

/** `undefined`: somebody the application finds out about itself, because it could not be found out here. */
type Known = 'asking' | 'nobody' | Session | undefined;

/**
 * Finds out who is there before anything else is loaded: whoever has to sign in gets a page of their own, which knows
 * nothing of the application, and whoever is signed in already has it on its way.
 */
export function Boot() {
  const [known, setKnown] = useState<Known>(pathHere() === '/invite' ? undefined : 'asking');

  const enter = useCallback((session: Session) => {
    if (isLogin()) goTo(nextHere());
    setKnown(session);
  }, []);

  useEffect(() => {
    if (!isLogin()) void loadApp().catch(() => undefined); // the boundary below will say so
    if (pathHere() === '/invite') return;
    fetchSession().then(enter, (error: unknown) => {
      const isNobody = describeError(error).status === 401;
      if (isNobody && !isLogin()) goTo(`/login${stringifyQuery({ next: nextOf(window.location) })}`);
      setKnown(isNobody || isLogin() ? 'nobody' : undefined);
    });
  }, [enter]);

  if (known === 'asking') return <SkeletonBlock height="100%" />;
  if (known === 'nobody')
    return (
      <LoginPage
        onDone={(session) => {
          tellTabs(session.user.id);
          enter(session);
        }}
      />
    );
  return (
    <PanelBoundary>
      <Suspense fallback={<SkeletonBlock height="100%" />}>
        <App session={known} />
      </Suspense>
    </PanelBoundary>
  );
}
