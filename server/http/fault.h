// What is wrong with a request that no handler will see: the status to answer and a sentence for the user.
#pragma once

struct http_fault {
    int status;         // 0: nothing is wrong
    const char *detail; // a literal
};

#define HTTP_NO_FAULT ((struct http_fault){.status = 0, .detail = ""})
#define HTTP_FAULT(code, text) ((struct http_fault){.status = (code), .detail = (text)})

#define HTTP_BUSY HTTP_FAULT(503, "The server is busy. Please try again in a moment.")
#define HTTP_SHUTTING_DOWN HTTP_FAULT(503, "The server is shutting down. Please try again in a moment.")
