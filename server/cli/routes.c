#include "api/routes.h"

#include "base/buf.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "json/writer.h"

#include <getopt.h>
#include <stdio.h>

static void print_table(void)
{
    for (size_t i = 0; i < route_count(); i++) {
        const struct route *route = route_at(i);
        printf("%-7s %-7s %s\n", http_method_name(route->method), least_role_name(route->least_role),
               route->path);
    }
}

static int print_json(void)
{
    BUF_SCOPE(buf, MIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_array(&w);
    for (size_t i = 0; i < route_count(); i++) {
        const struct route *route = route_at(i);
        json_begin_object(&w);
        json_put_c(&w, "method", http_method_name(route->method));
        json_put_c(&w, "path", route->path);
        json_put_c(&w, "least_role", least_role_name(route->least_role));
        json_put_bool(&w, "takes_tokens", !route->refuses_tokens);
        json_end_object(&w);
    }
    json_end_array(&w);
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
    return buf.failed ? CLI_FAILED : CLI_OK;
}

int routes_command(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
    bool is_json = false;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (option == 'j') {
            is_json = true;
        } else {
            fputs(
                "usage: tlab routes [--json]\n\nPrints method, least role and path of every route of the API.\n"
                "  --json   as a JSON array of {method, path, least_role, takes_tokens}\n",
                option == 'h' ? stdout : stderr);
            return option == 'h' ? CLI_OK : CLI_USAGE;
        }
    }
    if (is_json) return print_json();
    print_table();
    return CLI_OK;
}
