// RAII for GEOS's reentrant C handles. Private to this folder.
#pragma once

#include <geos_c.h>

#include <memory>
#include <string>
#include <utility>

#include "geom/geometry.h"

namespace zaitu::geom::geos {

// A GEOS context that keeps the last error text instead of printing it. One thread at a time.
class Context {
 public:
  Context() : m_handle(GEOS_init_r()) {
    GEOSContext_setErrorMessageHandler_r(
        m_handle, [](const char* message, void* self) { static_cast<Context*>(self)->m_error = message; }, this);
  }
  ~Context() { GEOS_finish_r(m_handle); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  operator GEOSContextHandle_t() const { return m_handle; }  // as every GEOS call's first argument
  const std::string& error() const { return m_error; }

 private:
  GEOSContextHandle_t m_handle;
  std::string m_error;
};

struct GeosDeleter {
  GEOSContextHandle_t context = nullptr;
  void operator()(GEOSGeometry* geometry) const { GEOSGeom_destroy_r(context, geometry); }
  void operator()(const GEOSPreparedGeometry* prepared) const { GEOSPreparedGeom_destroy_r(context, prepared); }
  void operator()(GEOSMakeValidParams* parameters) const { GEOSMakeValidParams_destroy_r(context, parameters); }
};
template <class Handle>
using Owned = std::unique_ptr<Handle, GeosDeleter>;
using Geometry = Owned<GEOSGeometry>;

template <class Handle>
Owned<Handle> own(const Context& context, Handle* handle) {
  return Owned<Handle>(handle, GeosDeleter{context});
}

}  // namespace zaitu::geom::geos
