// RAII for PROJ's C handles, and one CRS opened from text. Private to this folder.
#pragma once

#include <proj.h>

#include <memory>
#include <string>

namespace zaitu::crs {

struct ProjDeleter {
  void operator()(PJ_CONTEXT* context) const { proj_context_destroy(context); }
  void operator()(PJ* object) const { proj_destroy(object); }
  void operator()(PJ_OBJ_LIST* list) const { proj_list_destroy(list); }
  void operator()(PJ_OPERATION_FACTORY_CONTEXT* factory) const { proj_operation_factory_context_destroy(factory); }
  void operator()(int* confidences) const { proj_int_list_destroy(confidences); }
};
template <class Handle>
using Owned = std::unique_ptr<Handle, ProjDeleter>;

// A silent context without network. Throws base::Error(input_unreadable) when it finds no proj.db.
Owned<PJ_CONTEXT> make_context();

struct OpenedCrs {
  Owned<PJ> object;  // 2D; may carry its own shift to WGS 84 (TOWGS84)
  Owned<PJ> base;    // the same without that shift
  bool bound = false;
  int epsg = 0;
};
// Throws as CoordinateReferenceSystem::from_text.
OpenedCrs open_crs(PJ_CONTEXT* context, const std::string& definition);

// open_crs() need not look for the code (0 = none) of this text: it says the same as one that was opened. Any thread.
void remember_code(const std::string& definition, int epsg);

// The EPSG code an object carries or is found under with a confidence of at least 70 %; 0 = none.
int epsg_code(PJ_CONTEXT* context, const PJ* object);

}  // namespace zaitu::crs
