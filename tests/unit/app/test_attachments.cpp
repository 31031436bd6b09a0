// Evidence files: what is taken, stored once for each content, and given back only with its hash.
#include "app/attachments.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/commands.h"
#include "base/error.h"

namespace zaitu::app {
namespace {

namespace fs = std::filesystem;

class Evidence : public testing::Test {
 protected:
  Evidence() {
    std::string pattern = (fs::temp_directory_path() / "zaitu-evidence-test-XXXXXX").string();
    m_folder = ::mkdtemp(pattern.data());
  }
  ~Evidence() override { fs::remove_all(m_folder); }

  fs::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(m_folder / name, std::ios::binary) << bytes;
    return m_folder / name;
  }
  static std::string read(const fs::path& file) {
    std::ostringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    return bytes.str();
  }
  static std::string problem_of(const fs::path& file) {
    base::Progress progress;
    try {
      read_evidence(file, progress);
    } catch (const base::Error& error) {
      return error.what();
    }
    return "";
  }

  fs::path m_folder;
};

TEST_F(Evidence, WhatIsNoFileEmptyOrTooLargeIsRefusedByName) {
  EXPECT_NE(problem_of(m_folder / "none.pdf").find("none.pdf"), std::string::npos);
  EXPECT_NE(problem_of(m_folder), "");
  EXPECT_NE(problem_of(write("empty.pdf", "")).find("empty"), std::string::npos);
  const fs::path large = write("large.bin", "x");
  fs::resize_file(large, most_evidence_bytes + 1);
  EXPECT_NE(problem_of(large).find("64.0 MB"), std::string::npos);
}

TEST_F(Evidence, IsStoredOnceAndGivenBackOnlyWithItsHash) {
  InitOptions options;
  options.project = m_folder / "p.sqlite";
  base::Progress progress;
  init_project(options, progress);
  const std::string bytes = std::string("%PDF-1.7 \0 合同", 18);
  const EvidenceFile file = read_evidence(write("出让合同.PDF", bytes), progress);
  EXPECT_EQ(file.media_type, "application/pdf");
  EXPECT_EQ(file.name, "出让合同.PDF");
  auto project = store::ProjectFile::open(options.project, store::Access::read_write);
  {
    store::Transaction change = project.begin("attach");
    StoredRows rows(change);
    EXPECT_TRUE(attach(rows, 1, file));
    EXPECT_FALSE(attach(rows, 1, file)) << "the same content on the same event";
    EXPECT_TRUE(attach(rows, 2, file));
    change.commit();
  }
  const model::Project now = project.load(progress);
  ASSERT_EQ(now.attachments->size(), 2u);
  const fs::path out = m_folder / "out.pdf";
  for (const model::Attachment& attachment : *now.attachments) {
    EXPECT_EQ(attachment.bytes, static_cast<std::int64_t>(bytes.size()));
    write_attachment(project, attachment, out);
    EXPECT_EQ(read(out), bytes);
  }
  // The bytes that both share are changed behind our back.
  store::Transaction change = project.begin("damage");
  change.update("attachments", now.attachments->front().id, {{"content", geom::Bytes{0, 1, 2}}});
  change.commit();
  fs::remove(out);
  for (const model::Attachment& attachment : *now.attachments) {
    EXPECT_THROW(write_attachment(project, attachment, out), base::Error);
    EXPECT_FALSE(fs::exists(out));
  }
}

TEST(EvidenceName, StaysInsideItsFolder) {
  const auto plain = [](const std::string& name) {
    model::Attachment attachment;
    attachment.file_name = name;
    return plain_file_name(attachment);
  };
  EXPECT_EQ(plain("合同.pdf"), "合同.pdf");
  EXPECT_EQ(plain("../../etc/passwd"), "etcpasswd");
  EXPECT_EQ(plain("--help"), "help");
  EXPECT_EQ(plain("/"), "attachment");
  EXPECT_EQ(plain(std::string(300, 'a') + ".pdf").size(), 200u);
  EXPECT_TRUE(plain(std::string(300, 'a') + ".pdf").ends_with(".pdf"));
}

}  // namespace
}  // namespace zaitu::app
