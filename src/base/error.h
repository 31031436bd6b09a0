// The one way a failed operation leaves a function: an Error with the exit code of the command line and one line of
// text (what, which file / layer / feature / field, what to do). Caught once, at the job or the main boundary.
// Bad input data is not an Error: it becomes warnings (io) or findings (checks).
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace zaitu::base {

// Exit codes of the command line; the contract is in `zaitu --help`.
enum class ExitCode {
  done = 0,
  data_failed = 1,       // the work was done, and the data did not pass
  usage = 2,             // wrong words on the command line
  input_unreadable = 3,  // a source cannot be read
  project_unusable = 4,  // not a project, newer version, locked, corrupt
  output_failed = 5,     // the output cannot be written
};

class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), m_code(code) {}
  ExitCode code() const { return m_code; }

 private:
  ExitCode m_code;
};

// Thrown by long work when its stop was asked for; it is not a failure and prints nothing but "cancelled".
class Cancelled : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("cancelled") {}
};

}  // namespace zaitu::base
