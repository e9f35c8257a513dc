// The strict reader of bodies, as every POST and PATCH meets it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertProblem } from '../harness/http.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const utf8 = (...bytes: number[]): Buffer => Buffer.from(bytes);
const wrap = (inner: Buffer): Buffer => Buffer.concat([Buffer.from('{"name":"'), inner, Buffer.from('"}')]);

const broken: Record<string, string | Buffer> = {
  'nothing but blanks': '   ',
  'half an object': '{"name":"x"',
  'half a string': '{"name":"x',
  'a trailing comma': '{"name":"x",}',
  'a missing comma': '{"name":"x" "default_quote_asset":"USDT"}',
  'two values': '{"name":"x"}{"name":"y"}',
  'rubbish behind': '{"name":"x"} x',
  'single quotes': "{'name':'x'}",
  'a name without quotes': '{name:"x"}',
  'a comment': '{"name":"x"/* */}',
  'a byte order mark': Buffer.concat([utf8(0xef, 0xbb, 0xbf), Buffer.from('{"name":"x"}')]),
  NaN: '{"name":NaN}',
  Infinity: '{"name":-Infinity}',
  'a plus sign': '{"name":+1}',
  'a leading zero': '{"name":01}',
  'a bare dot': '{"name":.5}',
  'a dot at the end': '{"name":5.}',
  'a hexadecimal number': '{"name":0x10}',
  'a member given twice': '{"name":"x","name":"y"}',
  'a member given twice by an escape': '{"name":"x","n\\u0061me":"y"}',
  'a member given twice deep inside': '{"name":"x","deep":{"a":1,"a":2}}',
  'a raw line break in a string': '{"name":"a\nb"}',
  'an unknown escape': '{"name":"\\x41"}',
  'half an escape': '{"name":"\\u12"}',
  'a lone high surrogate': '{"name":"\\ud800"}',
  'a lone low surrogate': '{"name":"\\udc00x"}',
  'a NUL by escape': '{"name":"a\\u0000b"}',
  'a continuation byte alone': wrap(utf8(0x80)),
  'an overlong slash': wrap(utf8(0xc0, 0xaf)),
  'an encoded surrogate': wrap(utf8(0xed, 0xa0, 0x80)),
  'beyond U+10FFFF': wrap(utf8(0xf4, 0x90, 0x80, 0x80)),
  '17 levels': `${'['.repeat(17)}${']'.repeat(17)}`,
  '17 levels below a member': `{"name":${'['.repeat(16)}${']'.repeat(16)}}`,
  'a hundred thousand open brackets': '['.repeat(100_000),
};

onEachEngine('a body that is no strict JSON', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const post = (body: string | Buffer, path = '/api/v1/workspaces') =>
    tlab.api.send('POST', path, { body, headers: { 'content-type': 'application/json' } });

  describe('is refused wherever a body is taken', () => {
    for (const [what, body] of Object.entries(broken)) {
      test(what, async () => {
        for (const path of ['/api/v1/workspaces', '/api/v1/backtests', '/api/v1/auth/active-workspace']) {
          const reply = await post(body, path);
          // A NUL is legal JSON; no text of ours takes one, so the member may be named instead.
          if (what === 'a NUL by escape' && reply.status === 422) continue;
          assertProblem(reply, 400, 'invalid_json');
        }
      });
    }
  });

  test('has created nothing', async () => {
    assert.equal((await tlab.api.get('/api/v1/workspaces')).json.workspaces.length, 1);
    assert.equal((await tlab.api.get('/api/v1/backtests')).json.backtests.length, 0);
  });

  test('a million elements cost neither memory nor time', async () => {
    const started = performance.now();
    const reply = await post(`[${'0,'.repeat(125_000)}0]`);
    assert.ok([400, 413, 422].includes(reply.status), reply.text);
    assert.ok(performance.now() - started < 1000);
  });

  test('numbers beyond a double are refused for what they are', async () => {
    for (const number of ['1e999', '-1e999', '1e999999999', `1${'0'.repeat(400)}`]) {
      const reply = await post(
        `{"strategy_id":"buy_and_hold","symbol":"BTCUSDT","initial_capital":${number}}`,
        '/api/v1/backtests',
      );
      assert.ok([400, 422].includes(reply.status), reply.text);
    }
  });

  test('blanks, escapes and 16 levels are JSON', async () => {
    const spaced = '\r\n\t {\n"name" :\t"\\u00c4\\ud83d\\ude80\\/\\t" }\r\n ';
    assertProblem(await post(spaced), 422, 'invalid_input', ['/name']); // the tab, not the syntax
    assert.equal((await post('{ "name" : "\\u00c4\\ud83d\\ude80\\/" }')).json.name, 'Ä🚀/');
    const deep = `{"name":"x","deep":${'['.repeat(15)}${']'.repeat(15)}}`;
    assertProblem(await post(deep), 422, 'invalid_input', ['/deep']);
  });
});
