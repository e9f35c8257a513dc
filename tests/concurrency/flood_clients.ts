// Whoever floods a server with sign-ins, in a process of their own, so that who measures is not held up by them:
// ORIGIN CLIENTS SECONDS. Prints how often which status came.
import { Connection } from './bare.ts';

const [origin = '', clients = '1', seconds = '1'] = process.argv.slice(2);
const until = performance.now() + Number(seconds) * 1000;
const counts: Record<string, number> = {};
let address = 0;

/** Another account from another address each time: no throttle holds, only the work itself is in the way. */
async function keepSigningIn(): Promise<void> {
  const connection = new Connection(origin);
  while (performance.now() < until) {
    const i = address++;
    const headers = { 'x-forwarded-for': `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}` };
    const body = JSON.stringify({ email: `flood-${i}@example.org`, password: 'not it at all 77' });
    const { status } = await connection.send('POST', '/api/v1/auth/login', headers, body);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  connection.close();
}

await Promise.all(Array.from({ length: Number(clients) }, keepSigningIn));
process.stdout.write(JSON.stringify(counts));
