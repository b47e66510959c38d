"""Whether a folder gives the same tokens when it is split over ranks as when it is not, on processors alone.

`split` says who holds what, `model` computes one rank's share in PyTorch, `ranks` starts the processes,
`compare` judges. Needs the extra `models`.
"""
