import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '~/api/client';
import { qrPath } from '~/features/account/qr';
import { describeDetail } from '~/features/audit/auditWords';
import { splitAtCommas, splitList } from '~/lib/splitList';
import { safeNext } from './next';
import { deniedReason, isAtLeast, RIGHTS, ROLES } from './roles';
import { describeBrowser } from './userAgent';

describe('where signing in leads', () => {
  const origin = 'http://lab.example.org';
  it.each(['/', '/w/a/chart?symbol=BTC%2FUSDT&tz=local', '/settings?tab=tokens', '/w/a/chart#x'])(
    '%s',
    (path) => {
      expect(safeNext(path, origin)).toBe(path);
    },
  );

  it.each([
    '',
    'w/a',
    '//evil.example.org/',
    '/\\evil.example.org',
    '/\t/evil.example.org',
    'https://evil.example.org/',
    'javascript:alert(1)',
    '/login?next=/login',
    `/${'a'.repeat(3000)}`,
  ])('is not %j', (path) => {
    expect(safeNext(path, origin)).toBeUndefined();
  });
});

describe('roles', () => {
  it('include the ones before them', () => {
    for (const [place, role] of ROLES.entries())
      for (const [needed, least] of ROLES.entries()) expect(isAtLeast(role, least)).toBe(place >= needed);
  });

  it('say what is missing, and nothing where nothing is', () => {
    expect(deniedReason('viewer', 'trader')).toMatch(/takes the role trader; yours .* is viewer/);
    expect(deniedReason('owner', 'trader')).toBeUndefined();
    expect(deniedReason(undefined, 'owner')).toBeUndefined();
  });

  it('each may something that the one before may not', () => {
    expect(RIGHTS.map(({ needs }) => needs)).toEqual(ROLES);
  });
});

describe('addresses to invite', () => {
  it('are found between commas, semicolons and lines, each once', () => {
    expect(splitList(' ann@example.org, Bob <bob@example.org>;\nANN@example.org\n')).toEqual([
      'ann@example.org',
      'Bob',
      'bob@example.org',
    ]);
    expect(splitList(' \n')).toEqual([]);
  });

  it('at commas alone, words keep their spaces', () => {
    expect(splitAtCommas('ETHUSDT, CAT:Layer 1,ETHUSDT,')).toEqual(['ETHUSDT', 'CAT:Layer 1']);
    expect(splitAtCommas(' , ')).toEqual([]);
  });
});

describe('a QR code', () => {
  it('has its three corners and an empty rim', () => {
    const { path, side } = qrPath('otpauth://totp/Trading%20Lab:ann@example.org?secret=JBSWY3DPEHPK3PXP');
    expect((side - 8 - 17) % 4).toBe(0);
    // The top edges of the upper finder patterns: seven modules, four from the rim.
    expect(path).toContain('M4 4h7v1h-7z');
    expect(path).toContain(`M${side - 11} 4h7v1h-7z`);
    expect(path).not.toMatch(/M\d+ [0-3]h/);
  });
});

describe('an entry of the audit log', () => {
  const entry = (detail: AuditEntry['detail']) =>
    ({ detail, object_type: 'user', object_id: 'u1' }) as AuditEntry;
  it('tells a change as before and after', () => {
    expect(describeDetail(entry({ email: 'a@b.c', role: 'viewer', role_before: 'owner' }))).toEqual([
      'role owner → viewer',
      'email a@b.c',
    ]);
  });
  it('tells what was refused', () => {
    expect(describeDetail(entry({ method: 'POST', path: '/x', status: 403 }))).toEqual(['POST /x 403']);
  });
  it('names its object where nothing else is known', () => {
    expect(describeDetail(entry({}))).toEqual(['user u1']);
  });
});

describe('a browser', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
      'Chrome on Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 (KHTML, like Gecko) Version/18 Safari/605',
      'Safari on macOS',
    ],
    ['Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'Firefox on Android'],
    ['curl/8.5.0', 'curl'],
    ['', 'Unknown program'],
  ])('%s', (agent, name) => {
    expect(describeBrowser(agent)).toBe(name);
  });
});
