#include "store/load_events.h"

#include <algorithm>
#include <stdexcept>

#include "base/message.h"
#include "store/load_parcels.h"
#include "store/load_rows.h"

namespace zaitu::store {

namespace {

constexpr std::string_view event_columns =
    "id, phase_id, parcel_id, stage_code, kind, dated, document_id, evidence, page, note, synthetic";

model::EventKind event_kind_of(std::string_view word) {
  if (word == "commitment") return model::EventKind::commitment;
  if (word == "baseline") return model::EventKind::baseline;
  if (word == "forecast") return model::EventKind::forecast;
  return model::EventKind::actual;
}

using Events = std::vector<model::StageEvent>;

class EventSink : public RowSink {
 public:
  EventSink(const Session& session, Events& events) : m_session(session), m_events(events) {}

 private:
  void read(sqlite3_value** row) override {
    const std::int64_t id = integer_of(row[0]);
    if (!m_events.empty() && id <= m_events.back().id.value) throw std::logic_error("events came out of order");
    model::StageEvent& event = m_events.emplace_back();
    event.id.value = id;
    event.phase.value = integer_of(row[1]);
    event.parcel.value = integer_of(row[2]);
    event.stage_code = text_of(row[3]);
    event.kind = event_kind_of(text_of(row[4]));
    const auto dated = date_of(row[5]);
    if (!dated) fail_row(m_session, "stage_events", event.id.value, base::say("its date cannot be read"));
    event.dated = *dated;
    event.document.value = integer_of(row[6]);
    event.evidence = text_of(row[7]);
    event.page = text_of(row[8]);
    event.note = text_of(row[9]);
    event.synthetic = integer_of(row[10]) != 0;
  }

  const Session& m_session;
  Events& m_events;
};

class AllEvents : public StretchReader<Events> {
 public:
  AllEvents(Session& session, base::Progress& progress)
      : StretchReader(session, progress, "stage_events", event_columns) {}

  // Sorting moves numbers, each event is moved once.
  Events sorted() {
    std::vector<Place> places;
    for (std::size_t stretch = 0; stretch < m_stretches.size(); ++stretch) {
      for (std::size_t row = 0; row < m_stretches[stretch].size(); ++row) {
        places.push_back(
            {m_stretches[stretch][row].dated, static_cast<std::uint32_t>(stretch), static_cast<std::uint32_t>(row)});
      }
    }
    std::sort(places.begin(), places.end());
    Events events;
    events.reserve(places.size());
    for (const Place& place : places) events.push_back(std::move(m_stretches[place.stretch][place.row]));
    return events;
  }

 private:
  void read_rows(Events& events, const std::function<bool(RowSink&)>& run) override {
    EventSink sink(session(), events);
    run(sink);
  }
  void join(Events& events) override { m_stretches.push_back(std::move(events)); }

  struct Place {
    base::Date dated;
    std::uint32_t stretch = 0, row = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  std::vector<Events> m_stretches;
};

}  // namespace

std::vector<model::StageEvent> load_stage_events(Session& session, bool alone, base::Progress& progress) {
  AllEvents all(session, progress);
  all.read_all(alone ? 1 : reading_threads());
  return all.sorted();
}

}  // namespace zaitu::store
