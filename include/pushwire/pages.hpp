// The host's own routes on Pushwire's port, by cpp-httplib. Link pushwire::pages, which brings cpp-httplib along:
//
//   web.pages().Get("/api/info", [](const httplib::Request&, httplib::Response& answer) {
//     answer.set_content("{\"version\":\"2.4\"}", "application/json");
//   });
//
// cpp-httplib finds the route and writes the answer; it never sees a socket. Its `listen` and its relatives fail: the port
// is the server's. Handlers run on workers (Limits::page_workers), several at once, and may take their time.
#pragma once

#include <httplib.h>

#include "pushwire/export.hpp"
#include "pushwire/identity.hpp"
#include "pushwire/server.hpp"

namespace pushwire {

// Who sends `request`, as Options::authorize says: asked at the first call, on this thread, once for each request. Without
// `authorize`: nobody in particular. Pages are for everybody unless they call this.
//
// Throws what `authorize` throws: a handler that lets a Refusal pass has the client answered with its status. To be called
// inside a page's handler or content provider, with the request that it was given; std::logic_error elsewhere.
PUSHWIRE_API Identity caller(const httplib::Request& request);

}  // namespace pushwire
