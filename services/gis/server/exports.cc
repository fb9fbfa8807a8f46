#include "services/gis/server/exports.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/http/problem_document.h"
#include "libs/status/macros.h"
#include "services/gis/domain/reasons.h"
#include "services/gis/server/export_csv.h"
#include "services/gis/server/export_geojson.h"
#include "services/gis/server/export_numbers.h"
#include "services/gis/server/export_pmtiles.h"

namespace fupin::gis {
namespace {

constexpr size_t kPieceBytes = 128 << 10;

struct Kind {
  const char* suffix;
  const char* type;
  absl::Status (*write)(const ExportSubject&, ScratchFile&);
};

constexpr Kind kKinds[] = {{".pmtiles", "application/vnd.pmtiles", WritePmtiles},
                           {".geojson", "application/geo+json", WriteGeoJson},
                           {".csv", "text/csv; charset=utf-8", WriteCsv}};

std::string PercentEncoded(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_') {
      out.push_back(c);
    } else {
      absl::StrAppendFormat(&out, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return out;
}

// Both names (RFC 6266): old programs take the first, all others the second.
std::string Disposition(const ExportSubject& subject, const Kind& kind) {
  // Tables hold no outlines.
  const bool synthetic = subject.shapes.outlines().origin().synthetic && kind.write != WriteCsv;
  const std::string ascii = absl::StrCat("fupin-map-", subject.of_public ? "public-" : "",
                                         std::string(subject.division.code()), "-", subject.date,
                                         synthetic ? "-synthetic" : "", kind.suffix);
  const std::string utf8 = absl::StrCat(subject.of_public ? "公开扶贫地图-" : "扶贫地图-",
                                        std::string(subject.division.name()), "-", subject.date,
                                        synthetic ? "-合成轮廓" : "", kind.suffix);
  return absl::StrCat("attachment; filename=\"", ascii, "\"; filename*=UTF-8''",
                      PercentEncoded(utf8));
}

// Reads the file as fast as it is taken. `keep` lives until all is handed over.
class Sender : public std::enable_shared_from_this<Sender> {
 public:
  Sender(std::unique_ptr<ScratchFile> file, std::shared_ptr<http::BodyStream> stream,
         std::shared_ptr<const void> keep)
      : file_(std::move(file)), stream_(std::move(stream)), keep_(std::move(keep)) {}

  void Send() {
    auto self = shared_from_this();
    stream_->WhenRoom([self] { self->SendPiece(); });
  }

 private:
  void SendPiece() {
    const auto piece = file_->Read(sent_, kPieceBytes);
    // A body that ends early is not whole, which its reader sees by the length.
    if (!piece.ok() || piece->empty()) return stream_->End();
    sent_ += piece->size();
    if (!stream_->Write(*piece)) return;
    if (sent_ == file_->size()) return stream_->End();
    Send();
  }

  const std::unique_ptr<ScratchFile> file_;
  const std::shared_ptr<http::BodyStream> stream_;
  const std::shared_ptr<const void> keep_;
  uint64_t sent_ = 0;
};

}  // namespace

class Exports::Turn {
 public:
  Turn(std::shared_ptr<Callers> callers, std::string caller)
      : callers_(std::move(callers)), caller_(std::move(caller)) {}
  ~Turn() {
    absl::MutexLock lock(&callers_->mutex);
    callers_->served.erase(caller_);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  const std::shared_ptr<Callers> callers_;
  const std::string caller_;
};

Exports::Exports(const Shapes& shapes, const Board& board, const CellStore& store,
                 PublicMap& public_map, const Clock& clock, std::string dir,
                 metrics::Metrics& metrics)
    : shapes_(shapes),
      board_(board),
      store_(store),
      public_map_(public_map),
      clock_(clock),
      dir_(std::move(dir)),
      made_(metrics.Counter("fupin_gis_exports_total", "Files of the map that were made.")),
      refused_(metrics.Counter("fupin_gis_exports_refused_total",
                               "Exports refused because one runs or too many wait.")),
      seconds_(metrics.Seconds("fupin_gis_export_duration_seconds",
                               "Time to make a file of the map, without sending it.")) {}

void Exports::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Exports::Stop() {
  std::deque<Job> left;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    left.swap(waiting_);
    public_waiting_ = 0;
  }
  for (Job& job : left) {
    job.respond(http::ProblemResponse(gis::Refuse("EXPORT_BUSY"), job.request.request_id));
  }
  if (thread_.joinable()) thread_.join();
}

void Exports::Submit(ExportRequest request, http::Respond respond) {
  const auto refuse = [&](const char* reason) {
    refused_.Increment();
    respond(http::ProblemResponse(gis::Refuse(reason), request.request_id));
  };
  {
    absl::MutexLock lock(&callers_->mutex);
    if (!callers_->served.insert(request.caller).second) return refuse("EXPORT_RUNNING");
  }
  auto turn = std::make_shared<Turn>(callers_, request.caller);
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_ && waiting_.size() < kMaxWaiting &&
        (!request.of_public || public_waiting_ < kMaxPublicWaiting)) {
      public_waiting_ += request.of_public ? 1 : 0;
      waiting_.push_back({std::move(request), std::move(turn), std::move(respond)});
      return;
    }
  }
  refuse("EXPORT_BUSY");
}

void Exports::Run() {
  while (true) {
    std::optional<Job> job;
    {
      absl::MutexLock lock(&mutex_);
      const auto something = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !waiting_.empty();
      };
      mutex_.Await(absl::Condition(&something));
      if (stopping_) return;
      job = std::move(waiting_.front());
      waiting_.pop_front();
      public_waiting_ -= job->request.of_public ? 1 : 0;
    }
    const absl::Time begun = clock_.Now();
    auto answer = Make(*job);
    if (answer.ok()) made_.Increment();
    seconds_.Observe(absl::ToDoubleSeconds(clock_.Now() - begun));
    http::Respond respond = std::move(job->respond);
    const std::string id = job->request.request_id;
    job.reset();  // whoever was answered with a refusal may ask again at once
    respond(answer.ok() ? *std::move(answer) : http::ProblemResponse(answer.status(), id));
  }
}

absl::StatusOr<ExportSubject> Exports::SubjectOf(const ExportRequest& request) const {
  ExportSubject subject{shapes_, request.division, request.level, request.of_public};
  subject.given_up = [this] { return stopping(); };
  if (request.of_public) {
    ASSIGN_OR_RETURN(const auto edition, public_map_.Of(request.day));
    subject.date = DayText(edition->edition.day);
    for (size_t i = 0; i < kPublicAttributes.size(); ++i) {
      subject.numbers.push_back({kPublicAttributes[i], edition->columns[i]});
      subject.heads.push_back(HeadOf(kPublicAttributes[i]));
    }
    subject.owner = edition;
    return subject;
  }
  subject.date = DayText(request.day.value_or(DayOf(clock_.Now())));
  const NumbersWanted wanted{request.day, request.scope, request.format == ExportFormat::kPmtiles};
  const Past past(shapes_.tree(), board_, store_);
  RETURN_IF_ERROR(AddNumbers(board_, past, wanted, &subject));
  return subject;
}

absl::StatusOr<http::HttpResponse> Exports::Make(const Job& job) {
  ASSIGN_OR_RETURN(const ExportSubject subject, SubjectOf(job.request));
  ASSIGN_OR_RETURN(std::unique_ptr<ScratchFile> file, ScratchFile::Create(dir_));
  const Kind& kind = kKinds[static_cast<size_t>(job.request.format)];
  const absl::Status written = kind.write(subject, *file);
  if (absl::IsCancelled(written)) return gis::Refuse("EXPORT_BUSY");
  RETURN_IF_ERROR(written);
  RETURN_IF_ERROR(file->Flush());
  http::HttpResponse response;
  response.content_type = kind.type;
  response.headers.emplace_back("Content-Disposition", Disposition(subject, kind));
  response.headers.emplace_back("Cache-Control", "no-store");
  response.stream_size = file->size();
  response.stream = std::make_shared<http::BodyStream>();
  std::make_shared<Sender>(std::move(file), response.stream, job.turn)->Send();
  return response;
}

}  // namespace fupin::gis
