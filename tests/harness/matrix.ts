// Who may use which route: security.md, section 2.3, with what access.md says differently. The test of it walks the
// routes of the binary; one that has no row here fails.
//
// A cell is how the guard answers: "ok" lets the request on to its handler, anything else is the status.
//   an  nobody is signed in          no  a user who is no member of the workspace
//   vi, tr, ed, ow  members          op  an operator of the server who is no member of the workspace

export const actors = ['an', 'no', 'vi', 'tr', 'ed', 'ow', 'op'] as const;
export type Actor = (typeof actors)[number];
export type Row = Record<Actor, string>;

const row = (text: string): Row => {
  const cells = text.trim().split(/\s+/);
  if (cells.length !== actors.length) throw new Error(`"${text}" is no row of the matrix`);
  return Object.fromEntries(actors.map((actor, i) => [actor, cells[i]])) as Row;
};

//                     an  no  vi  tr  ed  ow  op
const anyone = row('   ok  ok  ok  ok  ok  ok  ok');
const user = row('     401 ok  ok  ok  ok  ok  ok');
const operator = row(' 401 403 403 403 403 403 ok');
const viewer = row('   401 404 ok  ok  ok  ok  404');
const trader = row('   401 404 403 ok  ok  ok  404');
const editor = row('   401 404 403 403 ok  ok  404');
const owner = row('    401 404 403 403 403 ok  404');
// of a deleted workspace: to all but its owners there is none
const restore = row('  401 404 404 404 404 ok  404');

const W = '/api/v1/workspaces/{workspace_id}';
const A = '/api/v1';

/** By method and path. The number behind a line is its row in security.md. */
export const matrix: Record<string, Row> = {
  'GET /openapi.json': anyone,
  [`GET ${A}/health`]: anyone, // 1
  [`GET ${A}/ready`]: anyone, // 1
  [`GET ${A}/version`]: anyone,

  [`POST ${A}/auth/login`]: anyone, // 7
  [`POST ${A}/auth/logout`]: anyone, // 8
  [`POST ${A}/auth/logout-all`]: user, // 9
  [`GET ${A}/auth/sessions`]: user, // 9
  [`DELETE ${A}/auth/sessions/{session_id}`]: user, // 9
  [`POST ${A}/auth/reauth`]: user, // 10
  [`POST ${A}/auth/password`]: user, // 10
  [`GET ${A}/auth/totp`]: user, // 10
  [`POST ${A}/auth/totp`]: user, // 10
  [`DELETE ${A}/auth/totp`]: user, // 10
  [`POST ${A}/auth/totp/confirm`]: user, // 10
  [`GET ${A}/auth/tokens`]: user, // 12
  [`POST ${A}/auth/tokens`]: user, // 12
  [`DELETE ${A}/auth/tokens/{token_id}`]: user, // 12
  [`GET ${A}/auth/session`]: user, // 6
  [`GET ${A}/me`]: user, // 6
  [`PATCH ${A}/me`]: user,
  [`GET ${A}/me/preferences`]: user,
  [`PUT ${A}/me/preferences`]: user,
  [`POST ${A}/auth/active-workspace`]: user,

  [`GET ${A}/workspaces`]: user, // 16
  [`POST ${A}/workspaces`]: user, // 17
  [`GET ${W}`]: viewer, // 18
  [`PATCH ${W}`]: owner, // 19
  [`DELETE ${W}`]: owner, // 20

  [`POST ${W}/restore`]: restore, // 20

  [`GET ${W}/members`]: viewer, // 21
  [`POST ${W}/members`]: owner, // 22
  [`GET ${W}/members/{user_id}`]: viewer, // 21
  [`PATCH ${W}/members/{user_id}`]: owner, // 23
  [`DELETE ${W}/members/{user_id}`]: viewer, // 24: oneself; the handler refuses others
  [`POST ${W}/transfer-ownership`]: owner, // 25
  [`GET ${W}/invitations`]: owner, // 26
  [`POST ${W}/invitations`]: owner, // 26
  [`DELETE ${W}/invitations/{invitation_id}`]: owner, // 26
  [`POST ${W}/invitations/{invitation_id}/resend`]: owner, // 26
  [`GET ${W}/audit`]: owner, // 28
  [`GET ${A}/admin/users`]: operator, // 5
  [`GET ${A}/admin/users/{user_id}`]: operator, // 5
  [`PATCH ${A}/admin/users/{user_id}`]: operator, // 5
  [`DELETE ${A}/admin/users/{user_id}/sessions`]: operator, // 5
  [`GET ${A}/admin/audit`]: operator, // 5
  [`GET ${A}/invitations/{token}`]: anyone, // 13
  [`POST ${A}/invitations/{token}/accept`]: user, // 14
  [`POST ${A}/invitations/{token}/register`]: anyone, // 15

  [`GET ${A}/symbols`]: user, // 3
  [`GET ${A}/intervals`]: user, // 3
  [`GET ${A}/candles`]: user, // 3
  [`GET ${A}/candles/provenance`]: user, // 3
  [`GET ${A}/coverage`]: user, // 3
  [`GET ${A}/ratios`]: user, // 3
  [`GET ${A}/scanner/uptrends`]: user, // 3
  [`GET ${A}/scanner/ratio-uptrends`]: user, // 3
  [`GET ${A}/scanner/scorecard`]: user, // 3
  [`GET ${A}/categories`]: user, // 3
  [`GET ${A}/categories/heatmap`]: user, // 3
  [`GET ${A}/categories/ratios`]: user, // 3
  [`GET ${A}/categories/{name}`]: user, // 3
  [`GET ${A}/categories/{name}/index`]: user, // 3
  [`GET ${A}/strategies`]: user,
  [`GET ${A}/strategies/{strategy_id}`]: user,

  [`GET ${W}/backtests`]: viewer, // 30
  [`POST ${W}/backtests`]: trader, // 29
  [`POST ${W}/backtests/category-relative-momentum`]: trader, // 29
  [`GET ${W}/backtests/compare`]: viewer, // 30
  [`GET ${W}/backtests/sweeps`]: viewer, // 30
  [`POST ${W}/backtests/sweeps`]: trader, // 29
  [`GET ${W}/backtests/sweeps/{sweep_id}`]: viewer, // 30
  [`PATCH ${W}/backtests/sweeps/{sweep_id}`]: trader, // one's own; the handler refuses others'
  [`DELETE ${W}/backtests/sweeps/{sweep_id}`]: trader, // likewise
  [`GET ${W}/backtests/sweeps/{sweep_id}/combinations`]: viewer, // 30
  [`GET ${W}/backtests/sweeps/{sweep_id}/heatmap`]: viewer, // 30
  [`POST ${W}/backtests/sweeps/{sweep_id}/cancel`]: trader, // one's own
  [`POST ${W}/backtests/sweeps/{sweep_id}/rerun`]: trader, // 29
  [`GET ${W}/backtests/{backtest_id}`]: viewer, // 30
  [`PATCH ${W}/backtests/{backtest_id}`]: trader, // one's own
  [`DELETE ${W}/backtests/{backtest_id}`]: trader, // 31: one's own
  [`GET ${W}/backtests/{backtest_id}/equity`]: viewer, // 30
  [`GET ${W}/backtests/{backtest_id}/trades`]: viewer, // 30
  [`GET ${W}/backtests/{backtest_id}/rebalances`]: viewer, // 30
  [`GET ${W}/backtests/{backtest_id}/metrics`]: viewer, // 30
  [`GET ${W}/backtests/{backtest_id}/monthly`]: viewer, // 30
  [`POST ${W}/backtests/{backtest_id}/cancel`]: trader, // one's own
  [`POST ${W}/backtests/{backtest_id}/rerun`]: trader, // 29
  [`POST ${W}/backtests/{backtest_id}/verify`]: trader, // 29
  [`GET ${W}/category-sets`]: viewer, // 34
  [`POST ${W}/category-sets`]: editor, // 35
  [`GET ${W}/category-sets/{set_id}`]: viewer, // 34
  [`PUT ${W}/category-sets/{set_id}`]: editor, // 35
  [`DELETE ${W}/category-sets/{set_id}`]: editor, // 35
  [`GET ${W}/category-sets/{set_id}/versions`]: viewer, // 34
  [`GET ${W}/orders`]: viewer, // 43
  [`POST ${W}/orders`]: trader, // 44
  [`GET ${W}/orders/{order_id}`]: viewer, // 43
  [`DELETE ${W}/orders/{order_id}`]: trader, // 45

  [`GET ${W}/accounts`]: viewer, // 41
  [`POST ${W}/accounts`]: editor, // 42
  [`GET ${W}/accounts/{account_id}`]: viewer, // 41
  [`PATCH ${W}/accounts/{account_id}`]: editor, // 42
  [`POST ${W}/accounts/{account_id}/deposit`]: editor, // 42
  [`POST ${W}/accounts/{account_id}/reset`]: editor, // 42
  [`GET ${W}/accounts/{account_id}/positions`]: viewer, // 41
  [`GET ${W}/accounts/{account_id}/ledger`]: viewer, // 41
  [`GET ${W}/accounts/{account_id}/equity`]: viewer, // 41
  [`GET ${W}/trade-plans`]: viewer, // 36
  [`POST ${W}/trade-plans`]: trader, // 37
  [`GET ${W}/trade-plans/{trade_plan_id}`]: viewer, // 36
  [`PATCH ${W}/trade-plans/{trade_plan_id}`]: trader, // 38
  [`DELETE ${W}/trade-plans/{trade_plan_id}`]: trader, // 39
  [`POST ${W}/trade-plans/{trade_plan_id}/paper-open`]: trader, // 40
  [`POST ${W}/trade-plans/{trade_plan_id}/paper-close`]: trader, // 40
  [`GET ${W}/trade-plans/{trade_plan_id}/pnl`]: viewer, // 36
  [`GET ${W}/trade-plans/{trade_plan_id}/fills`]: viewer, // 36
  [`GET ${W}/trade-plans/{trade_plan_id}/history`]: viewer, // 36
  [`GET ${W}/trade-plans/{trade_plan_id}/replay`]: viewer, // 36
  [`GET ${W}/jobs`]: viewer, // 32
  [`GET ${W}/jobs/{job_id}`]: viewer, // 32
  [`POST ${W}/jobs/{job_id}/cancel`]: trader, // 33: one's own
  [`GET ${W}/events`]: viewer, // 32

  [`GET ${A}/market/downloads`]: viewer, // of the local workspace
  [`POST ${A}/market/downloads`]: editor,
  [`GET ${A}/market/downloads/{download_id}`]: viewer,
  [`POST ${A}/market/downloads/{download_id}/cancel`]: editor,

  [`GET ${A}/market/imports`]: operator, // 4
  [`POST ${A}/market/imports`]: operator, // 4
  [`GET ${A}/market/imports/{import_id}`]: operator, // 4
  [`POST ${A}/market/imports/{import_id}/cancel`]: operator, // 4

  [`GET ${A}/trade-plans`]: viewer, // 48
  [`POST ${A}/trade-plans`]: trader, // 49
  [`GET ${A}/trade-plans/{trade_plan_id}`]: viewer, // 48
  [`GET ${A}/accounts`]: viewer, // 48, in the local workspace
  [`GET ${A}/backtests`]: viewer, // 47, in the local workspace
  [`POST ${A}/backtests`]: trader, // 46
  [`POST ${A}/backtests/category-relative-momentum`]: trader, // 46
  [`GET ${A}/backtests/{backtest_id}`]: viewer, // 47
  [`DELETE ${A}/backtests/{backtest_id}`]: trader, // 31
  [`GET ${A}/backtests/{backtest_id}/equity`]: viewer, // 47
  [`GET ${A}/backtests/{backtest_id}/trades`]: viewer, // 47
  [`GET ${A}/backtests/{backtest_id}/rebalances`]: viewer, // 47
  [`GET ${A}/orders`]: viewer, // 48
  [`POST ${A}/orders`]: trader, // 49
  [`GET ${A}/orders/{order_id}`]: viewer, // 48
  [`DELETE ${A}/orders/{order_id}`]: trader, // 49
};

/** What a route of a workspace asks for: the role of the first member who gets in. */
export function leastRole(cells: Row): string {
  const members = { vi: 'viewer', tr: 'trader', ed: 'editor', ow: 'owner' } as const;
  const first = (Object.keys(members) as (keyof typeof members)[]).find((actor) => cells[actor] === 'ok');
  return first ? members[first] : 'operator';
}
