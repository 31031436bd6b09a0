// What panels ask of the picture shown: computed on workers when first asked for, kept while it belongs to that
// picture.
#include "app/document_impl.h"

namespace zaitu::app {

std::shared_ptr<const Ledger> Document::ledger(LedgerKind kind) {
  Impl& d = *m_impl;
  if (!d.picture) return nullptr;
  Impl::CachedLedger& cached = d.ledgers[kind];
  if (cached.asked_generation != d.generation) {
    cached.asked_generation = d.generation;
    auto job = d.make_job("job.ledger", "");
    job->shown_at_once = false;
    job->can_be_cancelled = false;
    d.run(d.workers, fmt::format("ledger {}", name_of(kind)), std::move(job),
          [&d, kind, picture = d.picture, generation = d.generation, session = d.session,
           language = d.language](Impl::Job&) -> Impl::Result {
            auto made = std::make_shared<const Ledger>(make_ledger(*picture, kind, language));
            return [&d, kind, generation, session, made = std::move(made)] {
              if (session != d.session) return;
              Impl::CachedLedger& place = d.ledgers[kind];
              if (generation < place.generation) return;  // workers may overtake each other
              place.ledger = made;
              place.generation = generation;
            };
          });
  }
  return cached.ledger;
}

std::shared_ptr<const std::vector<ImportedRow>> Document::imported_rows_of(model::ParcelId parcel) {
  Impl& d = *m_impl;
  if (!d.picture) return nullptr;
  Impl::Derived& slot = d.derived["imported rows"];
  const std::string asked = std::to_string(parcel.value);
  if (slot.asked != asked || slot.generation != d.generation) {
    if (slot.asked != asked) slot.value.reset();
    slot.asked = asked;
    slot.generation = d.generation;
    slot.job = d.make_job("job.ledger", "");
    slot.job->shown_at_once = false;
    slot.job->can_be_cancelled = false;
    d.run(d.storage, "imported rows", slot.job, [&d, parcel, session = d.session, job = slot.job](Impl::Job&) {
      auto rows = std::make_shared<std::vector<ImportedRow>>();
      if (d.file && session == d.file_session) *rows = imported_rows(*d.file, "parcels", parcel.value);
      return [&d, job, rows = std::move(rows)] {
        const auto place = d.derived.find("imported rows");
        if (place != d.derived.end() && place->second.job == job) place->second.value = rows;
      };
    });
  }
  return std::static_pointer_cast<const std::vector<ImportedRow>>(slot.value);
}

std::shared_ptr<const Of<planning::Absorption>> Document::absorption(planning::GroupBy by) {
  using Made = Of<planning::Absorption>;
  return m_impl->derive<Made>(
      "absorption", std::string(planning::name_of(by)), "job.ledger",
      [by, language = m_impl->language](const auto& picture, base::Progress&) {
        return Made{picture, planning::absorption(*picture->project, *picture->locations, *picture->histories,
                                                  *picture->status, picture->rule, {by}, language)};
      });
}

std::shared_ptr<const Of<WallOfIssue>> Document::indicator_wall(std::size_t issue, std::optional<std::size_t> other) {
  return m_impl->derive<Of<WallOfIssue>>(
      "wall", fmt::format("{} {}", issue, other ? std::to_string(*other) : "-"), "job.ledger",
      [issue, other, language = m_impl->language](const auto& picture, base::Progress&) {
        WallOfIssue made;
        made.issues = planning::target_documents(*picture->project);
        const planning::TargetDocument none;
        if (!made.issues.empty()) made.issue = std::min(issue, made.issues.size() - 1);
        const planning::TargetDocument& shown = made.issues.empty() ? none : made.issues[made.issue];
        made.wall = planning::indicator_wall(*picture->project, shown, picture->status->as_of, *picture->supply,
                                             picture->curve, language);
        if (other && *other < made.issues.size()) made.other = other;
        if (made.other) made.differences = planning::compare_targets(*picture->project, shown, made.issues[*other]);
        return Of<WallOfIssue>{picture, std::move(made)};
      });
}

std::shared_ptr<const Of<QuarterBoard>> Document::quarter_board(planning::Quarter quarter) {
  auto board = m_impl->derive<Of<QuarterBoard>>(
      "quarter", quarter.name(), "job.ledger",
      [quarter, language = m_impl->language](const auto& picture, base::Progress& progress) {
        return Of<QuarterBoard>{picture, app::quarter_board(*picture, quarter, language, progress)};
      });
  return board && board->value.quarter == quarter ? board : nullptr;  // what is entered must go to its own quarter
}

void Document::freeze_quarter(planning::Quarter quarter) {
  Impl& d = *m_impl;
  d.command(d.make_job("job.freeze", quarter.name()), [quarter, rule = d.rule, language = d.language, words = d.words](
                                                          store::ProjectFile& file, base::Progress& progress) {
    app::freeze_quarter(file, quarter, rule, language, base::Date::today(), progress);
    return std::optional(words("notice.frozen", {{"quarter", quarter.name()}}));
  });
}

void Document::unfreeze_quarter(planning::Quarter quarter) {
  Impl& d = *m_impl;
  d.command(d.make_job("job.freeze", quarter.name()),
            [quarter, words = d.words](store::ProjectFile& file, base::Progress&) {
              app::unfreeze_quarter(file, quarter);
              return std::optional(words("notice.unfrozen", {{"quarter", quarter.name()}}));
            });
}

std::shared_ptr<const Between> Document::between(base::Date from) {
  Impl& d = *m_impl;
  if (!d.picture || from > d.picture->status->as_of) return nullptr;
  return d.derive<Between>("between", from.iso(), "job.between", [from](const auto& picture, base::Progress& progress) {
    const model::Project& project = *picture->project;
    const base::Date to = picture->status->as_of;
    Between made{picture, from, {}, {}, planning::changes_between(project, *picture->histories, from, to), {}, {}};
    const auto land_at = [&](const planning::Locations& locations, base::Date at) {
      std::vector<std::uint32_t> rows = planning::changed_parcels(made.changes, locations);
      std::erase_if(rows, [&](std::uint32_t row) { return !project.parcels->in_force(row, at); });
      return rows;
    };
    made.changed_before = land_at(planning::locate_phases(project, from), from);
    made.changed_parcels = land_at(*picture->locations, to);
    made.by_land_use = planning::conversion(project, *picture->histories, from, to, planning::ConversionBy::land_use,
                                            picture->rule, progress);
    made.by_stage = planning::conversion(project, *picture->histories, from, to, planning::ConversionBy::stage,
                                         picture->rule, progress);
    return made;
  });
}

std::shared_ptr<const Of<std::shared_ptr<const Picture>>> Document::compared(base::Date at) {
  using Made = Of<std::shared_ptr<const Picture>>;
  Impl& d = *m_impl;
  const std::string asked = at.iso() + (d.language == base::Language::zh ? " zh" : " en");
  std::shared_ptr<const Made> before;
  if (const auto slot = d.derived.find("compared"); slot != d.derived.end() && slot->second.asked == asked)
    before = std::static_pointer_cast<const Made>(slot->second.value);
  return d.derive<Made>(
      "compared", asked, "job.picture",
      [at, before, language = d.language](const auto& picture, base::Progress& progress) {
        if (before && before->value->status->as_of == at && before->value->rule == picture->rule &&
            before->value->project == picture->project) {
          return Made{picture, before->value};
        }
        return Made{picture, std::make_shared<const Picture>(
                                 make_picture(picture->project, at, picture->rule, language, progress, picture.get()))};
      });
}

void Document::forget_compared() {
  const auto slot = m_impl->derived.find("compared");
  if (slot == m_impl->derived.end()) return;
  slot->second.job->progress.request_stop();
  m_impl->derived.erase(slot);
}

std::shared_ptr<const Outlook> Document::outlook() {
  return m_impl->derive<Outlook>("forecast", "", "job.forecast", [](const auto& picture, base::Progress& progress) {
    return make_outlook(picture, progress);
  });
}

std::shared_ptr<const Revised> Document::revised(int year) {
  return m_impl->derive<Revised>(
      "revisions", std::to_string(year), "job.forecast", [year](const auto& picture, base::Progress& progress) {
        constexpr int three_years_in_months = 36;
        const base::Date as_of = picture->status->as_of;
        return Revised{picture, year,
                       planning::revisions(*picture->project, *picture->histories, picture->rule, year,
                                           as_of.plus_months(-three_years_in_months), as_of, {}, progress)};
      });
}

}  // namespace zaitu::app
