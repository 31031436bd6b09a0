// The files of a stage event inside its form: those that are kept, those that the next save adds or takes away, and a
// browser to attach one or to save one as. Files are read and hashed on a worker. Main thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/attachments.h"
#include "ui/file_browser.h"
#include "ui/frame.h"

namespace zaitu::ui {

// "grant.pdf · 1.2 MB · 3f2a91c0"
std::string evidence_text(const std::string& name, std::int64_t bytes, const std::string& sha256);

class EvidenceList {
 public:
  void open(const Frame& frame, model::EventId event);  // without an id: of an event that is not stored yet
  void draw(const Frame& frame, CommandQueue& commands);
  void take_file(const std::filesystem::path& file);  // as if it had been chosen in the browser

  // What a save does. While a file is still read there is nothing to save.
  bool reading() const;
  std::vector<std::int64_t> removed() const;
  std::vector<std::shared_ptr<const app::EvidenceFile>> added() const;
  bool changed() const { return !removed().empty() || !added().empty(); }

 private:
  struct Stored {
    model::Attachment attachment;
    bool removed = false;
  };
  void draw_stored(const Frame& frame, CommandQueue& commands, Stored& stored);
  void draw_browser(const Frame& frame, CommandQueue& commands);
  void draw_pending(const Frame& frame);
  std::string said_against(const Frame& frame, const app::EvidenceFile& file, std::size_t place) const;
  bool is_kept(const std::string& sha256, std::size_t before) const;

  std::vector<Stored> m_stored;
  std::vector<std::shared_ptr<app::PendingEvidence>> m_pending;
  std::vector<std::filesystem::path> m_wanted;  // to be read
  enum class Browsing { no, to_attach, to_save };
  Browsing m_browsing = Browsing::no;
  std::int64_t m_saved = 0;  // attachment that is saved as
  FileBrowser m_browser;
};

}  // namespace zaitu::ui
