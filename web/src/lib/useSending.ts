import { useRef, useState } from 'react';

interface Handlers<Out> {
  onDone: (answer: Out) => void;
  onFailed: (error: unknown) => void;
}

/** A request of a form where nothing is cached: the page to sign in on does without the library for that. */
export function useSending<In, Out>(act: (input: In) => Promise<Out>, { onDone, onFailed }: Handlers<Out>) {
  const [error, setError] = useState<unknown>();
  const [isPending, setPending] = useState(false);
  const isSent = useRef(false);
  const send = async (input: In) => {
    if (isSent.current) return;
    isSent.current = true;
    setPending(true);
    setError(undefined);
    try {
      onDone(await act(input));
    } catch (failure) {
      setError(failure);
      onFailed(failure);
    } finally {
      isSent.current = false;
      setPending(false);
    }
  };
  return { send: (input: In) => void send(input), error, isPending };
}
