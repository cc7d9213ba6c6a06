// pushwire-pipe: some-command | pushwire-pipe shows what a program prints in any browser, as it comes, and prints what
// the browsers send.
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "line_events.hpp"
#include "line_splitter.hpp"
#include "message_line.hpp"
#include "outlet.hpp"
#include "page_files.hpp"
#include "pushwire/pushwire.hpp"
#include "serving_flags.hpp"

namespace {

constexpr std::size_t kLineBytes = 1024 * 1024;
// A control character is six bytes of JSON.
constexpr std::size_t kEventBytes = 6 * kLineBytes + 2;
// However long the lines are, the history stays below this.
constexpr std::size_t kHistoryBytes = 64 * 1024 * 1024;

constexpr char kMessage[] = "message";

struct Settings {
  std::string event = "line";
  std::size_t history = 1000;
  bool json = false;
  std::string after_eof = "stay";
  bool echo_messages = false;
  std::vector<std::string> messages;  // names beside kMessage

  std::set<std::string> message_names() const {
    std::set<std::string> names(messages.begin(), messages.end());
    if (echo_messages) names.insert(kMessage);
    return names;
  }
};

void report(const std::string& sentence) { std::cerr << "pushwire-pipe: " << sentence << '\n'; }

// A program may be started with these closed. Sockets would then take their numbers and be read as the input.
void open_standard_streams() {
  int descriptor = 0;
  do descriptor = ::open("/dev/null", O_RDWR);
  while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor >= 0) ::close(descriptor);
}

// A descriptor that is readable once SIGINT or SIGTERM came. Called before there are other threads, which inherit that
// the signals are blocked.
int stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const int descriptor = ::signalfd(-1, &signals, SFD_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  return descriptor;
}

enum class End { input, signal };

// Feeds the standard input to `lines` until it ends or a stop signal comes.
End read_lines(pipe_sample::LineSplitter& lines, int signals) {
  char buffer[64 * 1024];
  pollfd wait[] = {{STDIN_FILENO, POLLIN, 0}, {signals, POLLIN, 0}};
  for (;;) {
    if (::poll(wait, 2, -1) < 0) continue;
    if (wait[1].revents != 0) return End::signal;
    if (wait[0].revents == 0) continue;
    const auto got = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) report(std::string("the standard input cannot be read: ") + std::strerror(errno));
    if (got <= 0) return End::input;
    lines.feed({buffer, static_cast<std::size_t>(got)});
  }
}

// What the page has to know before it subscribes.
std::string page_settings(const Settings& settings) {
  std::string text = "{\"event\":";
  pushwire::append_json_string(settings.event, text);
  text += std::string(",\"json\":") + (settings.json ? "true" : "false") + ",\"messages\":";
  const auto names = settings.message_names();
  pushwire::Codec<std::vector<std::string>>::encode({names.begin(), names.end()}, text);
  return text + '}';
}

using Outcome = pipe_sample::LineQueue::Outcome;

// Any thread. `busy`: whether the last message was refused for that.
void answer(const pushwire::Reply<bool>& reply, Outcome outcome, std::atomic<bool>& busy) {
  switch (outcome) {
    case Outcome::written:
      busy = false;
      reply(true);
      return;
    case Outcome::busy:
      // Whoever sends without asking is told nothing, so it is told here; once, since there may be many.
      if (!busy.exchange(true)) report("nobody takes the messages off the standard output: they are refused");
      reply.error("busy", "The program that messages are for does not take them. Try again later.");
      return;
    case Outcome::closed: reply.error("closed", "The program that messages are for takes no more of them."); return;
  }
}

// Prints what is sent under these names; a request is answered once its line has been written. `outlet` outlives the
// server.
void echo_messages(pushwire::Server& server, pipe_sample::Outlet& outlet, const std::set<std::string>& names) {
  const auto busy = std::make_shared<std::atomic<bool>>(false);
  for (const auto& name : names) {
    server.on(name, [&outlet, busy](const pushwire::Message& message, const pushwire::Reply<bool>& reply) {
      outlet.write(pipe_sample::message_line(message),
                   [reply, busy](Outcome outcome) { answer(reply, outcome, *busy); });
    });
  }
}

std::string input_state(const pipe_sample::LineEvents& events, bool ended) {
  return "{\"lines\":" + std::to_string(events.lines()) + ",\"skipped\":" + std::to_string(events.skipped()) +
         ",\"ended\":" + (ended ? "true" : "false") + '}';
}

pushwire::Options with_limits(pushwire::Options options) {
  pushwire::Limits limits;
  limits.event_bytes = kEventBytes;
  return options.limits(limits);
}

void run(const Settings& settings, const samples::ServingFlags& serving) {
  const bool has_output = ::fcntl(STDOUT_FILENO, F_GETFD) >= 0;
  open_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // the standard output's reader may go
  const int signals = stop_signals();
  const std::string page = page_settings(settings);  // served, so it outlives the server

  pipe_sample::Outlet outlet(
      STDOUT_FILENO, {}, [](const std::string& why) { report("the standard output takes no more messages: " + why); });
  pushwire::Server server(with_limits(serving.options()));
  const auto input = server.event<pushwire::RawJson>("pipe.input", pushwire::latest());
  const auto event =
      server.event<pushwire::RawJson>(settings.event, pushwire::history(settings.history).bytes(kHistoryBytes));
  server.add_assets(pipe_page::files());
  server.add_asset({"/pipe.json", "application/json; charset=utf-8", page});
  echo_messages(server, outlet, settings.message_names());
  server.start();
  serving.announce(server);
  if (settings.echo_messages && has_output) outlet.start();
  else outlet.close();

  using pipe_sample::LineEvents;
  LineEvents events(
      settings.json ? LineEvents::Format::json : LineEvents::Format::text,
      [&event](const pushwire::RawJson& payload) { return event.emit(payload); }, report);
  pipe_sample::LineSplitter lines(kLineBytes, [&events](std::string_view line, bool cut) { events.line(line, cut); });
  input.emit(pushwire::trusted_json(input_state(events, false)));

  const End end = read_lines(lines, signals);
  lines.finish();
  input.emit(pushwire::trusted_json(input_state(events, true)));
  if (end == End::input && settings.after_eof == "stay") {
    pollfd wait{signals, POLLIN, 0};
    while (::poll(&wait, 1, -1) < 0) {
    }
  }
  server.stop();
  ::close(signals);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Shows what a program prints live in any browser: some-command | pushwire-pipe", "pushwire-pipe"};
  samples::ServingFlags serving(app);
  Settings settings;
  app.add_option("--event", settings.event, "event name of a line")->capture_default_str();
  app.add_option("--history", settings.history, "lines kept for those who come later")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  app.add_flag("--json", settings.json, "every line is a JSON value; others are reported and skipped");
  app.add_option("--after-eof", settings.after_eof, "when the input ends: stay or exit")
      ->check(CLI::IsMember({"stay", "exit"}))
      ->capture_default_str();
  auto* const echo =
      app.add_flag("--echo-messages", settings.echo_messages, "print what viewers send, a line of JSON each");
  app.add_option("--message", settings.messages, "a further name of messages, beside \"message\"; repeatable")
      ->allow_extra_args(false)
      ->needs(echo);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;  // --help is no error
  }
  try {
    run(settings, serving);
  } catch (const std::exception& error) {
    report(samples::in_flags(error.what()));
    return 1;
  }
  return 0;
}
