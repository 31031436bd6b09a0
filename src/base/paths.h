// Where things lie: the read-only data folder, and the user's settings and cache folders (XDG base directories).
#pragma once

#include <filesystem>
#include <string>

namespace zaitu::base {

// data/ of the installation: $ZAITU_DATA_DIR, else ../share/zaitu beside the binary, else the source tree's data/.
// Throws Error(input_unreadable) naming the places tried when none of them exists.
std::filesystem::path data_dir();
std::filesystem::path executable_path();
// $XDG_CONFIG_HOME/zaitu or ~/.config/zaitu; not created here. Empty when there is no home.
std::filesystem::path config_dir();
// $XDG_CACHE_HOME/zaitu or ~/.cache/zaitu; not created here. Empty when there is no home.
std::filesystem::path cache_dir();
// A folder for files that go away again: $TMPDIR, /tmp, /var/tmp or the user's cache folder, the first in which this
// user may write; /tmp when none is.
std::filesystem::path temporary_dir();
std::string version();

}  // namespace zaitu::base
