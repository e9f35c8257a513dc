// The handlers of the route table, by noun. What each takes and answers stands in docs/api/openapi.yaml.
#pragma once

#include "api/call.h"

api_handler instance_health, instance_ready, instance_version, instance_openapi;
api_handler auth_session, auth_choose_workspace, auth_login, auth_logout, auth_logout_all, auth_list_sessions,
    auth_end_session, auth_prove, auth_change_password;
api_handler tokens_list, tokens_create, tokens_revoke;
api_handler totp_get, totp_begin, totp_confirm, totp_remove;
api_handler workspaces_list, workspaces_create, workspaces_get, workspaces_update, workspaces_delete,
    workspaces_restore;
api_handler me_update, me_get_preferences, me_put_preferences;
api_handler admin_users_list, admin_users_get, admin_users_update, admin_users_end_sessions;
api_handler members_list, members_add, members_get, members_update, members_remove, workspaces_transfer;
api_handler invitations_list, invitations_create, invitations_revoke, invitations_resend, invitations_look_up,
    invitations_accept, invitations_register;
api_handler audit_list_workspace, audit_list_instance;
api_handler symbols_list, intervals_list;
api_handler candles_list, candles_provenance, coverage_list, ratios_list;
api_handler categories_list, categories_get, categories_heatmap, categories_index, categories_ratios;
api_handler category_sets_list, category_sets_create, category_sets_get, category_sets_update,
    category_sets_delete, category_sets_versions;
api_handler strategies_list, strategies_get;
api_handler backtests_cancel, backtests_rerun, backtests_update, backtests_verify, backtests_compare,
    backtests_metrics, backtests_monthly;
api_handler orders_list, orders_create, orders_get, orders_cancel;
api_handler jobs_list, jobs_get, jobs_cancel;
api_handler downloads_list, downloads_create, downloads_get, downloads_cancel;
api_handler imports_list, imports_create, imports_get, imports_cancel;
api_handler events_stream;
api_handler backtests_list, backtests_create, backtests_get, backtests_delete, backtests_equity,
    backtests_trades;
api_handler scanner_uptrends, scanner_ratio_uptrends, scanner_scorecard;
api_handler sweeps_list, sweeps_create, sweeps_get, sweeps_update, sweeps_cancel, sweeps_rerun, sweeps_delete,
    sweeps_combinations, sweeps_heatmap;
api_handler backtests_create_category, backtests_rebalances;
api_handler paper_accounts_list, paper_accounts_create, paper_accounts_get, paper_accounts_update,
    paper_accounts_deposit, paper_accounts_reset, paper_accounts_positions, paper_accounts_ledger,
    paper_accounts_equity;
api_handler trade_plans_list, trade_plans_create, trade_plans_get, trade_plans_update, trade_plans_cancel,
    trade_plans_open, trade_plans_close, trade_plans_pnl, trade_plans_fills, trade_plans_history,
    trade_plans_replay;
