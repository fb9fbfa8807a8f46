#!/usr/bin/python3
"""Pushes records of one dataset to the exchange: the whole protocol in one page.

What a department's engineer needs: this file, the protos of the suite and a certificate of the
department. Stubs are generated from the same protos that the services are built from.

    apt-get install python3-grpcio python3-protobuf protobuf-compiler protobuf-compiler-grpc
    services/exchange/example/push.py --address localhost:7101 --certs out/demo/certs --as dept-mps

The records here are synthetic (合成数据). Exit code 0: every record accepted; 1: some rejected.
"""
import argparse
import importlib
import itertools
import pathlib
import subprocess
import sys
import tempfile
import time

import grpc

ROOT = pathlib.Path(__file__).resolve().parents[3]
GOOGLE_API = "/usr/share/gocode/src/github.com/gogo/googleapis"
DATASET = "deploy/contracts/guizhou/mps/population.proto"


def generate(folder):
    """Python classes of the protocol and of the dataset."""
    protos = [str(path.relative_to(ROOT / "proto")) for path in (ROOT / "proto/fupin").rglob("*.proto")]
    subprocess.run(
        ["protoc", f"-I{ROOT}/proto", f"-I{GOOGLE_API}", f"-I{ROOT}", f"--python_out={folder}",
         f"--grpc_out={folder}", "--plugin=protoc-gen-grpc=/usr/bin/grpc_python_plugin",
         *protos, "google/api/annotations.proto", "google/api/http.proto", f"{ROOT}/{DATASET}"],
        check=True)
    sys.path.insert(0, folder)
    # `google` is a package of its own already; ours is found beside it.
    importlib.import_module("google").__path__.append(f"{folder}/google")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", default="localhost:7101")
    parser.add_argument("--certs", type=pathlib.Path, default="out/demo/certs")
    parser.add_argument("--as", dest="name", default="dept-mps")
    parser.add_argument("--stream", default="example-1", help="name of this transfer, for resuming")
    parser.add_argument("numbers", nargs="*", help="citizen numbers; synthetic ones by default")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        generate(folder)
        exchange = importlib.import_module("fupin.exchange.v1.exchange_service_pb2")
        service = importlib.import_module("fupin.exchange.v1.exchange_service_pb2_grpc")
        population = importlib.import_module("deploy.contracts.guizhou.mps.population_pb2")
        provenance = importlib.import_module("fupin.type.v1.provenance_pb2")

        def record(number):
            payload = population.Population(citizen_number=number, name="合成")
            pushed = exchange.PushedRecord(
                payload=payload.SerializeToString(),
                source_version=time.time_ns() // 1_000_000,  # grows with every change at the source
                collector="clerk-7".encode(), enterer="clerk-7".encode(),
                method=provenance.COLLECTION_METHOD_AUTOMATIC)
            pushed.business_time.GetCurrentTime()
            return pushed

        credentials = grpc.ssl_channel_credentials(
            (arguments.certs / "ca.crt").read_bytes(),
            (arguments.certs / f"{arguments.name}.key").read_bytes(),
            (arguments.certs / f"{arguments.name}.crt").read_bytes())
        stub = service.ExchangeServiceStub(grpc.secure_channel(arguments.address, credentials))
        numbers = arguments.numbers or ["529999195001010010", "529999195001010029"]

        # After a cut: the same stream id again; `opened` says which batches were answered.
        start = exchange.PushRequest(start=exchange.PushStart(
            stream_id=arguments.stream, dataset="mps.population", system="example"))
        batch = exchange.PushRequest(batch=exchange.RecordBatch(
            batch_number=1, records=[record(number) for number in numbers]))
        rejected = 0
        for answer in stub.Push(itertools.chain([start, batch])):
            for number, verdict in enumerate(answer.verdict.verdicts):
                print(number, exchange.Outcome.Name(verdict.outcome))
                for problem in verdict.problems:
                    print(f"  {problem.reason} {problem.field}: {problem.message_zh} {problem.message_en}")
                rejected += verdict.outcome == exchange.OUTCOME_REJECTED
        return 1 if rejected else 0


if __name__ == "__main__":
    sys.exit(main())
