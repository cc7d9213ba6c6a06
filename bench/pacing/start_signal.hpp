// SIGUSR2, with which the load generator says that all its connections are open. SIGPIPE is ignored beside it.
#pragma once

#include <chrono>

namespace pushwire::bench {

// How often a server looks for the start that has nothing else to wake it.
constexpr std::chrono::milliseconds kStartLookup{20};

// Before any thread is made and before the server listens: a signal that comes earlier would end the program.
void expect_start_signal();
// From any thread.
bool start_signal_given() noexcept;

}  // namespace pushwire::bench
