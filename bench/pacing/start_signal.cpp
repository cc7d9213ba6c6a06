#include "pacing/start_signal.hpp"

#include <csignal>

namespace pushwire::bench {
namespace {

volatile std::sig_atomic_t given = 0;

void on_signal(int /*signal*/) { given = 1; }

}  // namespace

void expect_start_signal() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGUSR2, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool start_signal_given() noexcept { return given != 0; }

}  // namespace pushwire::bench
