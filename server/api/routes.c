#include "api/routes.h"

#include "api/handlers.h"

#define API "/api/v1"
#define W API "/workspaces/{workspace_id}"
#define CANDLE_QUERY "category_set_id interval from to limit order cursor format indicators"
#define CATEGORY_QUERY "quote category_set_id format"
#define JOB_LIST_QUERY "status kind limit cursor"
#define IMPORT_QUERY "filename symbol interval skip_bad"
#define SCAN_RULES_QUERY                                                                                                      \
    "interval category category_set_id quote as_of short_window medium_window long_window slope_window recent_return_window " \
    "long_return_window max_extension format"
#define SCAN_QUERY SCAN_RULES_QUERY " min_quote_volume passing_only sort limit cursor sparkline"
#define AUDIT_QUERY "action actor_id object_id outcome from to limit cursor format"
#define ORDER_LIST_QUERY "status symbol account_id limit cursor format decimals"
#define PLAN_LIST_QUERY "status tag symbol account_id mine q include limit cursor decimals"
#define SWEEP_LIST_QUERY "strategy_id symbol status tag starred q sort limit cursor format"
#define BACKTEST_LIST_QUERY SWEEP_LIST_QUERY " kind"
#define ROWS_QUERY "limit cursor format"

static const struct route routes[] = {
    {HTTP_GET, "/openapi.json", LEAST_ANYONE, .handler = instance_openapi},
    {HTTP_GET, API "/health", LEAST_ANYONE, .handler = instance_health},
    {HTTP_GET, API "/ready", LEAST_ANYONE, .handler = instance_ready},
    {HTTP_GET, API "/version", LEAST_ANYONE, .handler = instance_version},

    {HTTP_POST, API "/auth/login", LEAST_ANYONE, .takes_body = true, .handler = auth_login},
    {HTTP_POST, API "/auth/logout", LEAST_ANYONE, .is_of_setup = true, .refuses_tokens = true,
     .handler = auth_logout},
    {HTTP_POST, API "/auth/logout-all", LEAST_USER, .is_of_setup = true, .refuses_tokens = true,
     .handler = auth_logout_all},
    {HTTP_GET, API "/auth/sessions", LEAST_USER, .refuses_tokens = true, .handler = auth_list_sessions},
    {HTTP_DELETE, API "/auth/sessions/{session_id}", LEAST_USER, .refuses_tokens = true,
     .handler = auth_end_session},
    {HTTP_POST, API "/auth/reauth", LEAST_USER, .is_of_setup = true, .refuses_tokens = true,
     .takes_body = true, .handler = auth_prove},
    {HTTP_POST, API "/auth/password", LEAST_USER, .is_of_setup = true, .refuses_tokens = true,
     .takes_body = true, .handler = auth_change_password},
    {HTTP_GET, API "/auth/session", LEAST_USER, .is_of_setup = true, .handler = auth_session},
    {HTTP_GET, API "/me", LEAST_USER, .is_of_setup = true, .handler = auth_session},
    {HTTP_PATCH, API "/me", LEAST_USER, .refuses_tokens = true, .takes_body = true, .handler = me_update},
    {HTTP_GET, API "/me/preferences", LEAST_USER, .handler = me_get_preferences},
    {HTTP_PUT, API "/me/preferences", LEAST_USER, .refuses_tokens = true, .takes_body = true,
     .handler = me_put_preferences},
    {HTTP_POST, API "/auth/active-workspace", LEAST_USER, .refuses_tokens = true, .takes_body = true,
     .handler = auth_choose_workspace},

    {HTTP_GET, API "/auth/tokens", LEAST_USER, .refuses_tokens = true, .handler = tokens_list},
    {HTTP_POST, API "/auth/tokens", LEAST_USER, .refuses_tokens = true, .needs_proof = true,
     .takes_body = true, .makes_secret = true, .handler = tokens_create},
    {HTTP_DELETE, API "/auth/tokens/{token_id}", LEAST_USER, .refuses_tokens = true,
     .handler = tokens_revoke},
    {HTTP_GET, API "/auth/totp", LEAST_USER, .is_of_setup = true, .refuses_tokens = true,
     .handler = totp_get},
    {HTTP_POST, API "/auth/totp", LEAST_USER, .is_of_setup = true, .refuses_tokens = true,
     .needs_proof = true, .handler = totp_begin},
    {HTTP_DELETE, API "/auth/totp", LEAST_USER, .is_of_setup = true, .refuses_tokens = true,
     .takes_body = true, .handler = totp_remove},
    {HTTP_POST, API "/auth/totp/confirm", LEAST_USER, .is_of_setup = true, .refuses_tokens = true,
     .takes_body = true, .handler = totp_confirm},

    {HTTP_GET, API "/workspaces", LEAST_USER, .query = "limit cursor deleted", .handler = workspaces_list},
    {HTTP_POST, API "/workspaces", LEAST_USER, .takes_body = true, .makes = W, .handler = workspaces_create},
    {HTTP_GET, W, LEAST_VIEWER, .handler = workspaces_get},
    {HTTP_PATCH, W, LEAST_OWNER, .takes_body = true, .handler = workspaces_update},
    {HTTP_DELETE, W, LEAST_OWNER, .refuses_tokens = true, .needs_proof = true, .handler = workspaces_delete},
    {HTTP_POST, W "/restore", LEAST_OWNER, .refuses_tokens = true, .is_of_deleted = true,
     .handler = workspaces_restore},

    {HTTP_POST, W "/transfer-ownership", LEAST_OWNER, .refuses_tokens = true, .needs_proof = true,
     .takes_body = true, .makes = W "/members/{user_id}", .is_move = true, .handler = workspaces_transfer},
    {HTTP_GET, W "/members", LEAST_VIEWER, .refuses_tokens = true, .query = "limit cursor",
     .handler = members_list},
    {HTTP_POST, W "/members", LEAST_OWNER, .refuses_tokens = true, .takes_body = true,
     .makes = W "/members/{user_id}", .handler = members_add},
    {HTTP_GET, W "/members/{user_id}", LEAST_VIEWER, .refuses_tokens = true, .handler = members_get},
    {HTTP_PATCH, W "/members/{user_id}", LEAST_OWNER, .refuses_tokens = true, .takes_body = true,
     .handler = members_update},
    {HTTP_DELETE, W "/members/{user_id}", LEAST_VIEWER, .refuses_tokens = true, .handler = members_remove},
    {HTTP_GET, W "/invitations", LEAST_OWNER, .refuses_tokens = true, .query = "limit cursor",
     .handler = invitations_list},
    {HTTP_POST, W "/invitations", LEAST_OWNER, .refuses_tokens = true, .takes_body = true,
     .makes_secret = true, .handler = invitations_create},
    {HTTP_DELETE, W "/invitations/{invitation_id}", LEAST_OWNER, .refuses_tokens = true,
     .handler = invitations_revoke},
    {HTTP_POST, W "/invitations/{invitation_id}/resend", LEAST_OWNER, .refuses_tokens = true,
     .takes_body = true, .may_lack_body = true, .makes_secret = true, .handler = invitations_resend},
    {HTTP_GET, W "/audit", LEAST_OWNER, .query = AUDIT_QUERY, .handler = audit_list_workspace},
    {HTTP_GET, API "/admin/users", LEAST_OPERATOR, .refuses_tokens = true, .query = "q limit cursor",
     .handler = admin_users_list},
    {HTTP_GET, API "/admin/users/{user_id}", LEAST_OPERATOR, .refuses_tokens = true,
     .handler = admin_users_get},
    {HTTP_PATCH, API "/admin/users/{user_id}", LEAST_OPERATOR, .refuses_tokens = true, .needs_proof = true,
     .takes_body = true, .handler = admin_users_update},
    {HTTP_DELETE, API "/admin/users/{user_id}/sessions", LEAST_OPERATOR, .refuses_tokens = true,
     .needs_proof = true, .handler = admin_users_end_sessions},
    {HTTP_GET, API "/admin/audit", LEAST_OPERATOR, .refuses_tokens = true, .query = AUDIT_QUERY,
     .handler = audit_list_instance},
    {HTTP_GET, API "/invitations/{token}", LEAST_ANYONE, .handler = invitations_look_up},
    {HTTP_POST, API "/invitations/{token}/accept", LEAST_USER, .refuses_tokens = true,
     .handler = invitations_accept},
    {HTTP_POST, API "/invitations/{token}/register", LEAST_ANYONE, .takes_body = true,
     .handler = invitations_register},

    {HTTP_GET, API "/symbols", LEAST_USER, .is_market = true,
     .query = "quote category category_set_id interval q limit cursor format", .handler = symbols_list},
    {HTTP_GET, API "/intervals", LEAST_USER, .is_market = true, .query = "format", .handler = intervals_list},
    {HTTP_GET, API "/candles", LEAST_USER, .is_market = true, .query = "symbol " CANDLE_QUERY,
     .handler = candles_list},
    {HTTP_GET, API "/candles/provenance", LEAST_USER, .is_market = true,
     .query = "symbol interval from to part limit cursor format", .handler = candles_provenance},
    {HTTP_GET, API "/coverage", LEAST_USER, .is_market = true,
     .query = "symbol interval quote sort limit cursor format", .handler = coverage_list},
    {HTTP_GET, API "/ratios", LEAST_USER, .is_market = true, .query = "base quote " CANDLE_QUERY,
     .handler = ratios_list},

    {HTTP_GET, API "/scanner/uptrends", LEAST_USER, .is_market = true, .query = SCAN_QUERY,
     .handler = scanner_uptrends},
    {HTTP_GET, API "/scanner/ratio-uptrends", LEAST_USER, .is_market = true,
     .query = SCAN_QUERY " bases quotes quote_symbol", .handler = scanner_ratio_uptrends},
    {HTTP_GET, API "/scanner/scorecard", LEAST_USER, .is_market = true,
     .query = SCAN_RULES_QUERY " from to horizons", .handler = scanner_scorecard},

    {HTTP_GET, API "/categories", LEAST_USER, .is_market = true, .query = CATEGORY_QUERY,
     .handler = categories_list},
    {HTTP_GET, API "/categories/heatmap", LEAST_USER, .is_market = true, .query = "period " CATEGORY_QUERY,
     .handler = categories_heatmap},
    {HTTP_GET, API "/categories/ratios", LEAST_USER, .is_market = true,
     .query = "base quote quote_asset " CANDLE_QUERY, .handler = categories_ratios},
    {HTTP_GET, API "/categories/{name}", LEAST_USER, .is_market = true, .query = CATEGORY_QUERY,
     .handler = categories_get},
    {HTTP_GET, API "/categories/{name}/index", LEAST_USER, .is_market = true, .query = "quote " CANDLE_QUERY,
     .handler = categories_index},

    {HTTP_GET, API "/strategies", LEAST_USER, .is_market = true, .handler = strategies_list},
    {HTTP_GET, API "/strategies/{strategy_id}", LEAST_USER, .is_market = true, .handler = strategies_get},

    {HTTP_GET, W "/backtests", LEAST_VIEWER, .query = BACKTEST_LIST_QUERY, .handler = backtests_list},
    {HTTP_POST, W "/backtests", LEAST_TRADER, .takes_body = true, .makes = W "/backtests/{backtest_id}",
     .handler = backtests_create},
    {HTTP_POST, W "/backtests/category-relative-momentum", LEAST_TRADER, .takes_body = true,
     .makes = W "/backtests/{backtest_id}", .handler = backtests_create_category},
    {HTTP_GET, W "/backtests/compare", LEAST_VIEWER, .query = "ids points format",
     .handler = backtests_compare},
    {HTTP_GET, W "/backtests/sweeps", LEAST_VIEWER, .query = SWEEP_LIST_QUERY, .handler = sweeps_list},
    {HTTP_POST, W "/backtests/sweeps", LEAST_TRADER, .takes_body = true,
     .makes = W "/backtests/sweeps/{sweep_id}", .handler = sweeps_create},
    {HTTP_GET, W "/backtests/sweeps/{sweep_id}", LEAST_VIEWER, .handler = sweeps_get},
    {HTTP_PATCH, W "/backtests/sweeps/{sweep_id}", LEAST_TRADER, .takes_body = true,
     .handler = sweeps_update},
    {HTTP_DELETE, W "/backtests/sweeps/{sweep_id}", LEAST_TRADER, .handler = sweeps_delete},
    {HTTP_GET, W "/backtests/sweeps/{sweep_id}/combinations", LEAST_VIEWER,
     .query = "sort limit cursor format", .handler = sweeps_combinations},
    {HTTP_GET, W "/backtests/sweeps/{sweep_id}/heatmap", LEAST_VIEWER, .query = "x y metric format",
     .handler = sweeps_heatmap},
    {HTTP_POST, W "/backtests/sweeps/{sweep_id}/cancel", LEAST_TRADER, .handler = sweeps_cancel},
    {HTTP_POST, W "/backtests/sweeps/{sweep_id}/rerun", LEAST_TRADER,
     .makes = W "/backtests/sweeps/{sweep_id}", .handler = sweeps_rerun},

    {HTTP_GET, W "/backtests/{backtest_id}", LEAST_VIEWER, .handler = backtests_get},
    {HTTP_PATCH, W "/backtests/{backtest_id}", LEAST_TRADER, .takes_body = true, .handler = backtests_update},
    {HTTP_DELETE, W "/backtests/{backtest_id}", LEAST_TRADER, .handler = backtests_delete},
    {HTTP_GET, W "/backtests/{backtest_id}/equity", LEAST_VIEWER, .query = ROWS_QUERY,
     .handler = backtests_equity},
    {HTTP_GET, W "/backtests/{backtest_id}/trades", LEAST_VIEWER, .query = ROWS_QUERY,
     .handler = backtests_trades},
    {HTTP_GET, W "/backtests/{backtest_id}/rebalances", LEAST_VIEWER, .query = ROWS_QUERY,
     .handler = backtests_rebalances},
    {HTTP_GET, W "/backtests/{backtest_id}/metrics", LEAST_VIEWER, .query = "format",
     .handler = backtests_metrics},
    {HTTP_GET, W "/backtests/{backtest_id}/monthly", LEAST_VIEWER, .query = "format",
     .handler = backtests_monthly},
    {HTTP_POST, W "/backtests/{backtest_id}/cancel", LEAST_TRADER, .handler = backtests_cancel},
    {HTTP_POST, W "/backtests/{backtest_id}/rerun", LEAST_TRADER, .makes = W "/backtests/{backtest_id}",
     .handler = backtests_rerun},
    {HTTP_POST, W "/backtests/{backtest_id}/verify", LEAST_TRADER, .makes = W "/jobs/{job_id}",
     .handler = backtests_verify},

    {HTTP_GET, W "/category-sets", LEAST_VIEWER, .query = "limit cursor", .handler = category_sets_list},
    {HTTP_POST, W "/category-sets", LEAST_EDITOR, .takes_body = true, .takes_yaml = true, .query = "name",
     .makes = W "/category-sets/{set_id}", .handler = category_sets_create},
    {HTTP_GET, W "/category-sets/{set_id}", LEAST_VIEWER, .query = "version format",
     .handler = category_sets_get},
    {HTTP_PUT, W "/category-sets/{set_id}", LEAST_EDITOR, .takes_body = true, .takes_yaml = true,
     .query = "name", .handler = category_sets_update},
    {HTTP_DELETE, W "/category-sets/{set_id}", LEAST_EDITOR, .handler = category_sets_delete},
    {HTTP_GET, W "/category-sets/{set_id}/versions", LEAST_VIEWER, .query = "limit cursor",
     .handler = category_sets_versions},

    {HTTP_GET, W "/orders", LEAST_VIEWER, .query = ORDER_LIST_QUERY, .handler = orders_list},
    {HTTP_POST, W "/orders", LEAST_TRADER, .is_trading = true, .needs_key = true, .takes_body = true,
     .makes = W "/orders/{order_id}", .query = "decimals", .handler = orders_create},
    {HTTP_GET, W "/orders/{order_id}", LEAST_VIEWER, .query = "decimals", .handler = orders_get},
    {HTTP_DELETE, W "/orders/{order_id}", LEAST_TRADER, .is_trading = true, .query = "decimals",
     .handler = orders_cancel},
    {HTTP_GET, W "/accounts", LEAST_VIEWER, .query = "limit cursor include decimals",
     .handler = paper_accounts_list},
    {HTTP_POST, W "/accounts", LEAST_EDITOR, .takes_body = true, .makes = W "/accounts/{account_id}",
     .query = "decimals", .handler = paper_accounts_create},
    {HTTP_GET, W "/accounts/{account_id}", LEAST_VIEWER, .query = "include decimals",
     .handler = paper_accounts_get},
    {HTTP_PATCH, W "/accounts/{account_id}", LEAST_EDITOR, .takes_body = true, .query = "decimals",
     .handler = paper_accounts_update},
    {HTTP_POST, W "/accounts/{account_id}/deposit", LEAST_EDITOR, .takes_body = true,
     .makes = W "/accounts/{account_id}", .is_move = true, .query = "decimals",
     .handler = paper_accounts_deposit},
    {HTTP_POST, W "/accounts/{account_id}/reset", LEAST_EDITOR, .takes_body = true,
     .makes = W "/accounts/{account_id}", .is_move = true, .query = "decimals",
     .handler = paper_accounts_reset},
    {HTTP_GET, W "/accounts/{account_id}/positions", LEAST_VIEWER, .query = "decimals",
     .handler = paper_accounts_positions},
    {HTTP_GET, W "/accounts/{account_id}/ledger", LEAST_VIEWER,
     .query = "kind symbol trade_plan_id limit cursor format decimals", .handler = paper_accounts_ledger},
    {HTTP_GET, W "/accounts/{account_id}/equity", LEAST_VIEWER, .query = "from to limit decimals",
     .handler = paper_accounts_equity},

    {HTTP_GET, W "/trade-plans", LEAST_VIEWER, .query = PLAN_LIST_QUERY, .handler = trade_plans_list},
    {HTTP_POST, W "/trade-plans", LEAST_TRADER, .takes_body = true, .makes = W "/trade-plans/{trade_plan_id}",
     .query = "decimals", .handler = trade_plans_create},
    {HTTP_GET, W "/trade-plans/{trade_plan_id}", LEAST_VIEWER, .query = "decimals",
     .handler = trade_plans_get},
    {HTTP_PATCH, W "/trade-plans/{trade_plan_id}", LEAST_TRADER, .takes_body = true, .query = "decimals",
     .handler = trade_plans_update},
    {HTTP_DELETE, W "/trade-plans/{trade_plan_id}", LEAST_TRADER, .query = "decimals",
     .handler = trade_plans_cancel},
    {HTTP_POST, W "/trade-plans/{trade_plan_id}/paper-open", LEAST_TRADER, .takes_body = true,
     .may_lack_body = true, .makes = W "/trade-plans/{trade_plan_id}", .is_move = true, .query = "decimals",
     .handler = trade_plans_open},
    {HTTP_POST, W "/trade-plans/{trade_plan_id}/paper-close", LEAST_TRADER, .takes_body = true,
     .may_lack_body = true, .makes = W "/trade-plans/{trade_plan_id}", .is_move = true, .query = "decimals",
     .handler = trade_plans_close},
    {HTTP_GET, W "/trade-plans/{trade_plan_id}/pnl", LEAST_VIEWER, .query = "mark_prices decimals",
     .handler = trade_plans_pnl},
    {HTTP_GET, W "/trade-plans/{trade_plan_id}/fills", LEAST_VIEWER, .query = "limit cursor decimals",
     .handler = trade_plans_fills},
    {HTTP_GET, W "/trade-plans/{trade_plan_id}/history", LEAST_VIEWER, .query = "limit cursor",
     .handler = trade_plans_history},
    {HTTP_GET, W "/trade-plans/{trade_plan_id}/replay", LEAST_VIEWER, .query = "interval decimals",
     .handler = trade_plans_replay},

    {HTTP_GET, W "/jobs", LEAST_VIEWER, .query = JOB_LIST_QUERY, .handler = jobs_list},
    {HTTP_GET, W "/jobs/{job_id}", LEAST_VIEWER, .handler = jobs_get},
    {HTTP_POST, W "/jobs/{job_id}/cancel", LEAST_TRADER, .handler = jobs_cancel},
    {HTTP_GET, W "/events", LEAST_VIEWER, .is_stream = true, .query = "last_event_id",
     .handler = events_stream},

    {HTTP_GET, API "/market/downloads", LEAST_VIEWER, .is_legacy = true, .query = "status limit cursor",
     .handler = downloads_list},
    {HTTP_POST, API "/market/downloads", LEAST_EDITOR, .is_legacy = true, .takes_body = true,
     .makes = API "/market/downloads/{download_id}", .handler = downloads_create},
    {HTTP_GET, API "/market/downloads/{download_id}", LEAST_VIEWER, .is_legacy = true,
     .handler = downloads_get},
    {HTTP_POST, API "/market/downloads/{download_id}/cancel", LEAST_EDITOR, .is_legacy = true,
     .handler = downloads_cancel},

    {HTTP_GET, API "/market/imports", LEAST_OPERATOR, .refuses_tokens = true, .query = "status limit cursor",
     .handler = imports_list},
    {HTTP_POST, API "/market/imports", LEAST_OPERATOR, .refuses_tokens = true, .takes_file = true,
     .query = IMPORT_QUERY, .handler = imports_create},
    {HTTP_GET, API "/market/imports/{import_id}", LEAST_OPERATOR, .refuses_tokens = true,
     .handler = imports_get},
    {HTTP_POST, API "/market/imports/{import_id}/cancel", LEAST_OPERATOR, .refuses_tokens = true,
     .handler = imports_cancel},

    {HTTP_GET, API "/accounts", LEAST_VIEWER, .is_legacy = true, .query = "limit cursor include decimals",
     .handler = paper_accounts_list},
    {HTTP_GET, API "/trade-plans", LEAST_VIEWER, .is_legacy = true, .query = PLAN_LIST_QUERY,
     .handler = trade_plans_list},
    {HTTP_POST, API "/trade-plans", LEAST_TRADER, .is_legacy = true, .takes_body = true,
     .makes = API "/trade-plans/{trade_plan_id}", .query = "decimals", .handler = trade_plans_create},
    {HTTP_GET, API "/trade-plans/{trade_plan_id}", LEAST_VIEWER, .is_legacy = true, .query = "decimals",
     .handler = trade_plans_get},
    {HTTP_GET, API "/backtests", LEAST_VIEWER, .is_legacy = true, .query = BACKTEST_LIST_QUERY,
     .handler = backtests_list},
    {HTTP_POST, API "/backtests", LEAST_TRADER, .is_legacy = true, .takes_body = true,
     .makes = API "/backtests/{backtest_id}", .handler = backtests_create},
    {HTTP_POST, API "/backtests/category-relative-momentum", LEAST_TRADER, .is_legacy = true,
     .takes_body = true, .makes = API "/backtests/{backtest_id}", .handler = backtests_create_category},
    {HTTP_GET, API "/backtests/{backtest_id}", LEAST_VIEWER, .is_legacy = true, .handler = backtests_get},
    {HTTP_DELETE, API "/backtests/{backtest_id}", LEAST_TRADER, .is_legacy = true,
     .handler = backtests_delete},
    {HTTP_GET, API "/backtests/{backtest_id}/equity", LEAST_VIEWER, .is_legacy = true, .query = ROWS_QUERY,
     .handler = backtests_equity},
    {HTTP_GET, API "/backtests/{backtest_id}/trades", LEAST_VIEWER, .is_legacy = true, .query = ROWS_QUERY,
     .handler = backtests_trades},
    {HTTP_GET, API "/backtests/{backtest_id}/rebalances", LEAST_VIEWER, .is_legacy = true,
     .query = ROWS_QUERY, .handler = backtests_rebalances},
    {HTTP_GET, API "/orders", LEAST_VIEWER, .is_legacy = true, .query = ORDER_LIST_QUERY,
     .handler = orders_list},
    {HTTP_POST, API "/orders", LEAST_TRADER, .is_legacy = true, .is_trading = true, .needs_key = true,
     .takes_body = true, .makes = API "/orders/{order_id}", .query = "decimals", .handler = orders_create},
    {HTTP_GET, API "/orders/{order_id}", LEAST_VIEWER, .is_legacy = true, .query = "decimals",
     .handler = orders_get},
    {HTTP_DELETE, API "/orders/{order_id}", LEAST_TRADER, .is_legacy = true, .is_trading = true,
     .query = "decimals", .handler = orders_cancel},
};

size_t route_count(void)
{
    return sizeof routes / sizeof *routes;
}

const struct route *route_at(size_t index)
{
    return &routes[index];
}

const char *least_role_name(enum least_role role)
{
    static const char *const names[] = {"-", "user", "operator", "viewer", "trader", "editor", "owner"};
    return names[role];
}

bool route_is_of_workspace(const struct route *route)
{
    return route->is_legacy || str_starts_with(str_from_c(route->path), STR(W));
}

// A "{name}" takes any segment that is not empty.
static bool matches(const char *path_template, struct str path, struct str *params)
{
    size_t count = 0, at = 0;
    for (const char *wanted = path_template; *wanted; wanted++) {
        if (*wanted != '{') {
            if (at == path.len || path.ptr[at++] != *wanted) return false;
            continue;
        }
        const size_t begin = at;
        while (at < path.len && path.ptr[at] != '/')
            at++;
        if (at == begin) return false;
        params[count++] = str_slice(path, begin, at - begin);
        while (*wanted != '}')
            wanted++;
    }
    return at == path.len;
}

const struct route *route_find(enum http_method method, struct str path, struct str *out_params,
                               unsigned *out_allowed)
{
    const enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;
    const char *first_match = NULL; // of two templates that match a path the first one in the table is meant
    unsigned allowed = 0;
    for (size_t i = 0; i < route_count(); i++) {
        struct str params[ROUTE_PARAMS_MAX] = {0};
        if (first_match ? strcmp(first_match, routes[i].path) != 0 : !matches(routes[i].path, path, params))
            continue;
        if (first_match) (void)matches(routes[i].path, path, params);
        first_match = routes[i].path;
        if (routes[i].method == wanted) {
            memcpy(out_params, params, sizeof params);
            return &routes[i];
        }
        allowed |= 1u << routes[i].method;
    }
    *out_allowed = allowed;
    return NULL;
}

struct str route_object_id(const struct api_call *call)
{
    return call->params[call->route->is_legacy ? 0 : 1];
}

static size_t parameter_count(const char *path_template)
{
    size_t count = 0;
    for (const char *at = path_template; *at; at++)
        count += *at == '{';
    return count;
}

enum status routes_check(struct error *error)
{
    for (size_t i = 0; i < route_count(); i++) {
        const struct route *route = &routes[i];
        const bool needs_membership = route->least_role >= LEAST_VIEWER;
        const bool is_unsafe = route->least_role == LEAST_OPERATOR && !route->refuses_tokens;
        if (is_unsafe || !route->handler || parameter_count(route->path) > ROUTE_PARAMS_MAX ||
            needs_membership != route_is_of_workspace(route))
            return error_set(
                error, STATUS_INTERNAL, NULL,
                "the route %s %s has no handler, too many parameters, a role that does not fit, or "
                "takes tokens although it is for operators",
                http_method_name(route->method), route->path);
    }
    return STATUS_OK;
}
