// pushwire-bench-load: opens connections to a server on 127.0.0.1, checks and times what it pushes, and prints what that
// took as one line of JSON. Exits with 1 when something was lost, repeated, out of order or failed, with 2 when it could
// not run.
#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>

#include "load/measurement.hpp"
#include "load/options.hpp"
#include "load/report.hpp"

int main(int argc, char** argv) {
  namespace load = pushwire::bench::load;
  CLI::App app{"Measures a server that pushes events: opens connections to it and prints one line of JSON"};
  load::Options options;
  load::add_options(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;  // --help is no error
  }
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const load::Outcome outcome = load::measure(options);
    std::cout << load::report(options, outcome) << std::endl;
    return load::is_clean(options, outcome) ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "pushwire-bench-load: " << error.what() << '\n';
    return 2;
  }
}
