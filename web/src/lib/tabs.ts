/** What the tabs of one browser tell each other about who is signed in: the id of the user, '' for nobody. */
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('tlab session') : undefined;

export const tellTabs = (userId: string) => channel?.postMessage(userId);

export function onTold(listener: (userId: string) => void): () => void {
  const take = ({ data }: MessageEvent) => listener(String(data));
  channel?.addEventListener('message', take);
  return () => channel?.removeEventListener('message', take);
}
