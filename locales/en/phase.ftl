phase-mobilisation = Deploy and mobilise
phase-opinions = Opinions and self-inspection
phase-rectification = Feedback and rectification
phase-tally = Inspection and tally
