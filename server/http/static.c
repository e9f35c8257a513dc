#include "http/static.h"

#include "http/accept.h"
#include "http/static_assets.h"

// In any spelling: a mistyped API path must not get a page with status 200.
static bool is_api(struct str path)
{
    const struct str start = str_slice(path, 0, sizeof "/api/" - 1);
    return str_eq_ignore_case(start, STR("/api")) || str_eq_ignore_case(start, STR("/api/"));
}

static bool is_application_address(struct str path)
{
    return str_find(path, '.') == path.len;
}

static const struct static_asset *find_asset(struct str path)
{
    const struct static_asset *asset = static_asset_find(path);
    if (!asset && is_application_address(path)) asset = static_asset_find(STR("/index.html"));
    return asset;
}

// The smallest form the client takes.
static struct str choose_form(const struct static_asset *asset, struct str accepted, struct str *out_coding)
{
    if (asset->brotli.len && accept_allows_coding(accepted, STR("br"))) {
        *out_coding = STR("br");
        return asset->brotli;
    }
    if (asset->gzip.len && accept_allows_coding(accepted, STR("gzip"))) {
        *out_coding = STR("gzip");
        return asset->gzip;
    }
    *out_coding = STR("");
    return asset->identity;
}

static void respond_asset(const struct static_asset *asset, const struct http_request *request,
                          struct http_response *response)
{
    struct str coding;
    response->static_body = choose_form(asset, http_request_header(request, STR("Accept-Encoding")), &coding);
    response->is_compressed_already = true; // or not worth it: the table has no smaller form
    http_response_header(response, STR("Content-Type"), asset->content_type);
    http_response_header(response, STR("ETag"), asset->etag);
    http_response_header(response, STR("Cache-Control"),
                         asset->is_immutable ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    if (coding.len) http_response_header(response, STR("Content-Encoding"), coding);
    if (asset->brotli.len || asset->gzip.len)
        http_response_header(response, STR("Vary"), STR("Accept-Encoding"));
}

bool http_static_respond(const struct http_request *request, struct http_response *response)
{
    if ((request->method != HTTP_GET && request->method != HTTP_HEAD) || is_api(request->path)) return false;
    const struct static_asset *asset = find_asset(request->path);
    if (asset) {
        respond_asset(asset, request, response);
        return true;
    }
    if (!str_eq(request->path, STR("/"))) return false;
    http_response_header(response, STR("Content-Type"), STR("text/plain; charset=utf-8"));
    response->static_body =
        STR("Trading Lab: this build has no web application in it. The API is at /api/v1, its "
            "description at /openapi.json.\n");
    return true;
}
