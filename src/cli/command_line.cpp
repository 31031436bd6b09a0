#include "cli/command_line.h"

#include <csignal>
#include <exception>
#include <filesystem>
#include <new>

#include "base/error.h"
#include "base/message.h"
#include "cli/output.h"

namespace zaitu::cli {

namespace {

base::Progress* running = nullptr;  // what SIGINT stops

extern "C" void stop_running(int) {
  if (running != nullptr) running->request_stop();
}

// The first Ctrl+C asks the work to stop, which rolls its transaction back; the second one ends the program.
void stop_on_interrupt(base::Progress& progress) {
  running = &progress;
  struct sigaction action {};
  action.sa_handler = stop_running;
  sigemptyset(&action.sa_mask);
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
}

int run_command(Session& session, const std::function<int(const ViewOptions&)>& view) {
  ViewOptions window{std::nullopt, session.arguments.replay, session.arguments.json};
  switch (session.arguments.command) {
    case Command::none:
      return view(window);
    case Command::view: {
      if (session.arguments.project.empty()) return view(window);
      const auto path = project_path(session);
      if (!std::filesystem::exists(path)) {
        if (!app::names_project(path)) {
          throw base::Error(base::ExitCode::input_unreadable, "cannot find " + path.string() + "; check the name");
        }
        throw base::Error(base::ExitCode::project_unusable,
                          path.string() + ": there is no such file; make one with `zaitu init`");
      }
      window.project = path;
      return view(window);
    }
    default:
      break;
  }
  stop_on_interrupt(session.progress);
  switch (session.arguments.command) {
    case Command::init:
      return run_init(session);
    case Command::import:
      return run_import(session);
    case Command::info:
      return run_info(session);
    case Command::list:
      return run_list(session);
    case Command::supply:
      return run_supply(session);
    case Command::conversion:
      return run_conversion(session);
    case Command::forecast:
      return run_forecast(session);
    case Command::quarter:
      return run_quarter(session);
    case Command::report:
      return run_report(session);
    case Command::render:
      return run_render(session);
    case Command::export_layer:
      return run_export(session);
    case Command::history:
      return run_history(session);
    case Command::undo:
    case Command::redo:
      return run_undo_redo(session);
    case Command::verify:
      return run_verify(session);
    case Command::recover:
      return run_recover(session);
    case Command::none:
    case Command::view:
      break;
  }
  return 0;
}

// Foreign libraries put line ends into their messages; an error is one line.
std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) text.replace(at, 1, " ");
  return text;
}

int fail(base::ExitCode code, const std::string& message) {
  say("error: " + one_line(message));
  return static_cast<int>(code);
}

constexpr int interrupted = 130;  // as shells report SIGINT; nothing was changed

}  // namespace

int run(int argc, char** argv, const std::function<int(const ViewOptions&)>& view) {
  base::Progress progress;
  try {
    const auto arguments = parse_arguments(argc, argv);
    if (!arguments) return 0;
    base::set_message_language(arguments->message_language);
    Session session{*arguments, progress};
    const int code = run_command(session, view);
    running = nullptr;
    return code;
  } catch (const base::Cancelled&) {
    say("cancelled: nothing was changed");
    return interrupted;
  } catch (const base::Error& error) {
    // Ctrl+C reaches the reading worker too: its death is the cancelling, not an error of the file.
    if (progress.stop_requested()) {
      say("cancelled: nothing was changed");
      return interrupted;
    }
    return fail(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return fail(base::ExitCode::input_unreadable,
                "not enough memory for this file; close other programs or use a part");
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(base::ExitCode::input_unreadable, error.what());
  } catch (const std::exception& error) {
    return fail(base::ExitCode::project_unusable, std::string("unexpected: ") + error.what());
  }
}

}  // namespace zaitu::cli
