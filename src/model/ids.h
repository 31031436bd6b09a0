// Row ids of the project's tables as types, so that a phase's id is never taken for a parcel's.
#pragma once

#include "base/id.h"

namespace zaitu::model {

using ParcelId = base::Id<struct ParcelTag>;
using ProjectId = base::Id<struct CarrierProjectTag>;
using PhaseId = base::Id<struct PhaseTag>;
using EventId = base::Id<struct StageEventTag>;
using UnitId = base::Id<struct UnitTag>;
using DocumentId = base::Id<struct DocumentTag>;
using ProgrammeId = base::Id<struct ProgrammeTag>;
using CircleId = base::Id<struct CircleTag>;
using ZoneId = base::Id<struct ZoneTag>;
using TownId = base::Id<struct TownTag>;
using IndicatorId = base::Id<struct IndicatorTag>;
using TaskId = base::Id<struct TaskTag>;
using LandRecordId = base::Id<struct LandRecordTag>;
using ReferenceLayerId = base::Id<struct ReferenceLayerTag>;
using ChangeId = base::Id<struct ChangeTag>;

}  // namespace zaitu::model
