#include "load/options.hpp"

#include <limits>
#include <map>

namespace pushwire::bench::load {
namespace {

// The short names are those of other load generators of this command line.
const std::map<std::string, Transport> kTransports{
    {"websocket", Transport::websocket}, {"ws", Transport::websocket},       {"sse", Transport::sse},
    {"long-poll", Transport::long_poll}, {"longpoll", Transport::long_poll}, {"poll", Transport::poll},
};
const std::map<std::string, CursorKind> kCursors{
    {"none", CursorKind::none}, {"after", CursorKind::after}, {"etag", CursorKind::etag}, {"seq", CursorKind::seq}};

constexpr std::size_t kMostConnections = 1'000'000;
constexpr double kMostSeconds = 24 * 60 * 60;

template <class Number>
CLI::Option* number(CLI::App& app, const char* name, Number& value, const char* what) {
  return app.add_option(name, value, what)->capture_default_str();
}

void seconds(CLI::App& app, const char* name, double& value, const char* what) {
  number(app, name, value, what)->check(CLI::Range(0.0, kMostSeconds))->type_name("SECONDS");
}

template <class Value, class Names>
void one_of(CLI::App& app, const char* name, Value& value, const Names& values, const char* what) {
  app.add_option(name, value, what)->transform(CLI::CheckedTransformer(values))->type_name("NAME");
}

}  // namespace

void add_options(CLI::App& app, Options& options) {
  number(app, "--port", options.port, "the server's TCP port on 127.0.0.1")->required();
  number(app, "--n", options.connections, "connections")->check(CLI::Range(std::size_t{1}, kMostConnections));
  one_of(app, "--proto", options.transport, kTransports, "websocket (ws), sse, long-poll (longpoll) or poll");
  number(app, "--path", options.path, "path and query");
  app.add_option("--header", options.headers, "a further field of every request, 'Name: value'; repeatable")
      ->allow_extra_args(false);
  app.add_option("--first", options.first, "text that a WebSocket sends once it is open");
  one_of(
      app, "--cursor", options.cursor, kCursors,
      "how polls read on: after (the answer's cursor; the default), etag, seq (?since=), or none (with --throughput)");
  seconds(app, "--interval", options.interval, "between a connection's polls");
  seconds(app, "--throughput", options.throughput,
          "poll as fast as answers come, one request in flight on each connection, for so long, and count answers");
  number(app, "--seq", options.sequence_field, "name of the JSON member with the sequence number");
  number(app, "--t", options.time_field,
         "name of the JSON member with the time of emission; it stands before the number");
  number(app, "--sample", options.sample_every, "of so many connections, one is timed")
      ->check(CLI::Range(std::size_t{1}, std::numeric_limits<std::size_t>::max()));
  number(app, "--concurrency", options.concurrency, "connections that are being opened at once")
      ->check(CLI::Range(std::size_t{1}, kMostConnections));
  seconds(app, "--dur", options.duration, "end so long after all are open; 0: --quiet or --expect says");
  seconds(app, "--quiet", options.quiet, "end when nothing has come for so long after the first message");
  number(app, "--expect", options.expect, "end after so many messages; 0: it does not matter");
  seconds(app, "--settle", options.settle, "between the last connection's opening and the start");
  seconds(app, "--idle", options.idle, "hold the connections for so long, and that is all");
  app.add_option("--go", options.start, "process that gets SIGUSR2 when all are open")->type_name("PID");
  app.add_option("--pid", options.server, "process whose CPU time, memory and threads are reported")->type_name("PID");
  app.add_option("--core", options.core, "core whose busy time is reported");
  app.add_option("--counter", options.counter, "file that messages are counted in, as a mapped uint64")
      ->type_name("FILE");
  app.add_option("--label", options.label, "repeated in the report");
}

}  // namespace pushwire::bench::load
