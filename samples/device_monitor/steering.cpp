#include "steering.hpp"

#include <utility>

namespace device_monitor {

Steering::Steering(pushwire::Server& server, Device device, Pace& pace, Rights rights)
    : device_(std::move(device)),
      pace_(pace),
      settings_{pace.interval().count(), pace.paused(), std::nullopt, rights == Rights::look},
      settings_type_(server.event<Settings>("monitor.settings", pushwire::latest())),
      viewers_type_(server.event<std::uint64_t>("viewers", pushwire::latest())),
      you_(server.event<std::uint64_t>("monitor.you", pushwire::latest())) {
  settings_type_.emit(settings_);
  viewers_type_.emit(0);
  server.on_join([this, &server](const pushwire::Session& session) {
    server.to(session).emit(you_, viewers_.join(session.id));
    viewers_type_.emit(viewers_.count());
  });
  server.on_leave([this](const pushwire::Session& session) {
    viewers_.leave(session.id);
    viewers_type_.emit(viewers_.count());
  });
  server.on("monitor.interval", [this](const pushwire::Message& message, std::int64_t milliseconds) {
    return set_interval(message.session.id, milliseconds);
  });
  server.on("monitor.pause",
            [this](const pushwire::Message& message, bool paused) { return set_paused(message.session.id, paused); });
  server.on("process.details", [this](int pid) { return details(pid); });
}

Settings Steering::set_interval(const std::string& session, std::int64_t milliseconds) {
  check_rights();
  if (milliseconds < Pace::kShortest.count() || milliseconds > Pace::kLongest.count()) {
    throw pushwire::RequestError("out-of-range", "The interval can be " + std::to_string(Pace::kShortest.count()) +
                                                     " to " + std::to_string(Pace::kLongest.count()) + " ms, not " +
                                                     std::to_string(milliseconds) + '.');
  }
  if (milliseconds == settings_.interval_ms) return settings_;
  pace_.set_interval(std::chrono::milliseconds(milliseconds));
  return changed(session);
}

Settings Steering::set_paused(const std::string& session, bool paused) {
  check_rights();
  if (paused == settings_.paused) return settings_;
  pace_.set_paused(paused);
  return changed(session);
}

ProcessDetails Steering::details(int pid) const {
  auto details = process_details(device_, pid, units_);
  if (!details) throw pushwire::RequestError("no-such-process", "There is no process " + std::to_string(pid) + '.');
  return std::move(*details);
}

void Steering::check_rights() const {
  if (settings_.read_only)
    throw pushwire::RequestError("read-only", "This monitor cannot be steered: it is read-only.");
}

Settings Steering::changed(const std::string& session) {
  settings_.interval_ms = pace_.interval().count();
  settings_.paused = pace_.paused();
  settings_.by = viewers_.number(session);
  settings_type_.emit(settings_);
  return settings_;
}

}  // namespace device_monitor
