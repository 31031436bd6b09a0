// Outputs of reports are written as all outputs are.
#pragma once

#include "base/output_file.h"

namespace zaitu::report {

using base::OutputFile;

}  // namespace zaitu::report
