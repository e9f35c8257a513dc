// What is wrong with a request that no handler will see: the status to answer and a sentence for the user.
#pragma once

struct http_fault {
    int status;         // 0: nothing is wrong
    const char *detail; // a literal
};

#define HTTP_NO_FAULT ((struct http_fault){.status = 0, .detail = ""})
#define HTTP_FAULT(code, text) ((struct http_fault){.status = (code), .detail = (text)})
